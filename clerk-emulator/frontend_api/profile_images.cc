#include "clerk-emulator/frontend_api/profile_images.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "clerk-emulator/base/durable_file.h"
#include "clerk-emulator/base/ids.h"
#include "runtime/log.h"

namespace inkwell::emulator {
namespace {

constexpr std::string_view kPath = "/v1/profile_images/";

// The media type by the file's first bytes (WHATWG MIME Sniffing, section 6.1); empty if it is no such picture.
std::string_view MediaType(std::string_view content) {
  using namespace std::string_view_literals;
  if (content.starts_with("\x89PNG\r\n\x1a\n"sv)) return "image/png";
  if (content.starts_with("\xff\xd8\xff"sv)) return "image/jpeg";
  if (content.starts_with("GIF87a"sv) || content.starts_with("GIF89a"sv)) return "image/gif";
  if (content.starts_with("RIFF"sv) && content.size() > 14 && content.substr(8, 6) == "WEBPVP"sv) return "image/webp";
  return {};
}

}  // namespace

ProfileImages::ProfileImages(std::filesystem::path directory) : directory_(std::move(directory)) {}

void ProfileImages::AddTo(Router& router) const {
  router.Add("GET", std::string(kPath) + "{id}", [this](const HttpRequest& request) { return Get(request); });
}

ClerkResult<std::string> ProfileImages::Keep(std::string_view content) const {
  if (MediaType(content).empty()) return tl::unexpected(ParamValueInvalid("file", "a PNG, JPEG, GIF or WebP picture"));
  std::error_code failed;
  std::filesystem::create_directories(directory_, failed);
  const auto id = RandomBase62(27);
  if (auto written = WriteFileAtomically(directory_ / id, content); !written) {
    runtime::log::Error("picture not written", {{"reason", written.error().message}});
    return tl::unexpected(InternalError());
  }
  return std::string(kPath) + id;
}

void ProfileImages::Clear() const {
  std::error_code failed;
  std::filesystem::remove_all(directory_, failed);
  if (failed) runtime::log::Error("pictures not removed", {{"reason", failed.message()}});
}

HttpResponse ProfileImages::Get(const HttpRequest& request) const {
  const auto& id = request.path_arguments[0];
  const bool plain = std::all_of(
      id.begin(), id.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
  if (!plain) return ErrorResponse(ResourceNotFound("There is no such picture."));
  auto content = ReadFile(directory_ / id);
  if (!content || !*content) return ErrorResponse(ResourceNotFound("There is no such picture."));
  const std::string type(MediaType(**content));
  return {200,
          std::move(**content),
          type,
          {{"Cache-Control", "public, max-age=31536000, immutable"}, {"X-Content-Type-Options", "nosniff"}}};
}

}  // namespace inkwell::emulator

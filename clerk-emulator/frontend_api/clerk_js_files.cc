#include "clerk-emulator/frontend_api/clerk_js_files.h"

#include <openssl/evp.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "clerk-emulator/base/durable_file.h"
#include "clerk-emulator/base/encoding.h"

namespace inkwell::emulator {
namespace {

// The names of the packages' files; none of these can leave the directory.
bool IsFileName(std::string_view name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
  return plain && !name.starts_with('.') && name.ends_with(".js");
}

bool IsFullVersion(std::string_view version) {
  return std::count(version.begin(), version.end(), '.') == 2 &&
         version.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string Etag(std::string_view content) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(content.data(), content.size(), digest, &size, EVP_sha256(), nullptr) != 1) return {};
  return '"' + Base64Url({reinterpret_cast<const char*>(digest), size}) + '"';
}

ClerkError NotAtHand(const std::string& file) {
  return ResourceNotFound(file +
                          " is not at hand. EMULATOR_CLERK_JS_DIR must be a directory with clerk-js/dist and ui/dist, the " +
                          "unpacked npm packages @clerk/clerk-js and @clerk/ui.");
}

}  // namespace

ClerkJsFiles::ClerkJsFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

void ClerkJsFiles::AddTo(Router& router) const {
  router.Add("GET", "/npm/@clerk/{package}/dist/{file}", [this](const HttpRequest& request) { return Get(request); });
}

bool ClerkJsFiles::AreComplete() const {
  std::error_code ignored;
  return !directory_.empty() && std::filesystem::exists(directory_ / "clerk-js/dist/clerk.browser.js", ignored) &&
         std::filesystem::exists(directory_ / "ui/dist/ui.browser.js", ignored);
}

HttpResponse ClerkJsFiles::Get(const HttpRequest& request) const {
  const auto at = request.path_arguments[0].find('@');
  const auto package = request.path_arguments[0].substr(0, at);
  const auto version = at == std::string::npos ? std::string() : request.path_arguments[0].substr(at + 1);
  const auto& file = request.path_arguments[1];
  const bool known = (package == "clerk-js" || package == "ui") && IsFileName(file);
  if (!known) return ErrorResponse(ResourceNotFound("There is no such file."));
  if (directory_.empty()) return ErrorResponse(NotAtHand(file));
  auto content = ReadFile(directory_ / package / "dist" / file);
  if (!content || !*content) return ErrorResponse(NotAtHand(file));
  // Parts have a hash or the full version in their names. The entry script's name is the same in all versions: it stays the same
  // only under the full version that it is, since what is here is served whatever the version asked for.
  const bool part = file.find('_') != std::string::npos;
  const bool immutable = part || (IsFullVersion(version) && (*content)->find('"' + version + '"') != std::string::npos);
  const auto etag = Etag(**content);
  HttpResponse response{200, std::move(**content), "text/javascript; charset=utf-8", {}};
  response.headers.emplace_back("Cache-Control", immutable ? "public, max-age=31536000, immutable" : "public, max-age=300");
  response.headers.emplace_back("ETag", etag);
  if (!etag.empty() && request.Header("if-none-match").find(etag) != std::string::npos) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

}  // namespace inkwell::emulator

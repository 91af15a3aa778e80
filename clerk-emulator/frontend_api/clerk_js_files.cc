#include "clerk-emulator/frontend_api/clerk_js_files.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "clerk-emulator/base/durable_file.h"

namespace inkwell::emulator {
namespace {

// The names of the packages' files; none of these can leave the directory.
bool IsFileName(std::string_view name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
  return plain && !name.starts_with('.') && name.ends_with(".js");
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
  const auto package = request.path_arguments[0].substr(0, request.path_arguments[0].find('@'));
  const auto& file = request.path_arguments[1];
  const bool known = (package == "clerk-js" || package == "ui") && IsFileName(file);
  if (!known) return ErrorResponse(ResourceNotFound("There is no such file."));
  if (directory_.empty()) return ErrorResponse(NotAtHand(file));
  auto content = ReadFile(directory_ / package / "dist" / file);
  if (!content || !*content) return ErrorResponse(NotAtHand(file));
  HttpResponse response{200, std::move(**content), "text/javascript; charset=utf-8", {}};
  // Parts have a hash or the full version in their names; the entry script's name is the same in all versions.
  const bool part = file.find('_') != std::string::npos;
  response.headers.emplace_back("Cache-Control", part ? "public, max-age=31536000, immutable" : "public, max-age=300");
  return response;
}

}  // namespace inkwell::emulator

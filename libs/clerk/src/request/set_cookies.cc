#include "request/set_cookies.h"

#include <algorithm>
#include <string_view>

#include "encoding/text.h"

namespace clerk::request {

std::optional<std::string> SessionTokenIn(const std::vector<std::string>& directives) {
  std::optional<std::string> token = "";
  for (const std::string_view directive : directives) {
    const auto pieces = encoding::Split(directive.substr(0, directive.find(';')), '=');
    if (!pieces.front().starts_with("__session")) continue;
    token = pieces.size() > 1 ? std::optional<std::string>(pieces[1]) : std::nullopt;
  }
  return token;
}

bool AreHeaderValues(const std::vector<std::string>& directives) {
  return std::all_of(directives.begin(), directives.end(), [](const std::string& directive) {
    return std::none_of(directive.begin(), directive.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  });
}

void AppendSetCookies(std::vector<HttpHeader>& headers, const std::vector<std::string>& directives) {
  for (const auto& directive : directives) headers.push_back({"Set-Cookie", std::string(encoding::Trim(directive))});
}

}  // namespace clerk::request

// Cookies, against a second, plainer reading of the same rules; and percent encoding, there and back.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "encoding/text.h"
#include "invariant.h"
#include "tokens/cookies.h"

namespace {

using clerk::fuzz::Require;

std::string Trimmed(std::string text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.erase(0, 1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.pop_back();
  return text;
}

// The value before percent decoding.
std::string RawCookie(std::string_view header, std::string_view name) {
  for (const auto item : clerk::encoding::Split(header, ';')) {
    const auto equals = item.find('=');
    if (equals == std::string_view::npos || Trimmed(std::string(item.substr(0, equals))) != name) continue;
    return Trimmed(std::string(item.substr(equals + 1)));
  }
  return {};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view header(reinterpret_cast<const char*>(data), size);
  for (const char* name : {"__session", "__client_uat", "__session_abcdefgh"}) {
    const std::string raw = RawCookie(header, name);
    const auto decoded = clerk::encoding::PercentDecode(raw);
    const bool decodes = decoded && clerk::encoding::IsValidUtf8(*decoded);
    const std::string expected = decodes && raw.find('%') != std::string::npos ? *decoded : raw;
    Require(clerk::tokens::FindCookie(header, name) == expected, "a cookie is read by the rules");
  }
  const auto back = clerk::encoding::PercentDecode(clerk::encoding::PercentEncode(header));
  Require(back == std::string(header), "percent encoding can be undone");
  return 0;
}

#include "gateway/handlers/markup_text.h"

#include <cstddef>

namespace inkwell::gateway {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// What stands for the character at the front of `rest`, and how many bytes it takes; nothing where it stands for itself.
struct Substitute {
  std::string_view text;
  std::size_t taken = 0;
};

Substitute SubstituteFor(std::string_view rest) {
  const char c = rest.front();
  switch (c) {
    case '&':
      return {"&amp;", 1};
    case '<':
      return {"&lt;", 1};
    case '>':
      return {"&gt;", 1};
    case '"':
      return {"&quot;", 1};
    case '\'':
      return {"&#39;", 1};
    case '\t':
    case '\n':
      return {};
    case '\r':
      return {"&#13;", 1};  // a parser would turn it into a line feed
    case '\x7f':
      return {kReplacement, 1};
    default:
      break;
  }
  if (static_cast<unsigned char>(c) < 0x20) return {kReplacement, 1};
  // U+0080 to U+009F: XML 1.0 discourages them, HTML takes references to them for windows-1252.
  if (c == '\xC2' && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0) return {kReplacement, 2};
  if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) return {kReplacement, 3};
  return {};
}

}  // namespace

void AppendMarkupText(std::string& out, std::string_view text) {
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Substitute substitute = SubstituteFor(text.substr(i));
    if (substitute.taken == 0) {
      ++i;
      continue;
    }
    out.append(text.substr(copied, i - copied)).append(substitute.text);
    i += substitute.taken;
    copied = i;
  }
  out.append(text.substr(copied));
}

}  // namespace inkwell::gateway

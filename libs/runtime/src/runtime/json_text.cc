#include "json_text.h"

namespace inkwell::runtime {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

void AppendUnicodeEscape(std::string& out, unsigned value) {
  constexpr char kHex[] = "0123456789abcdef";
  out += "\\u00";
  out += kHex[(value >> 4) & 0xF];
  out += kHex[value & 0xF];
}

void AppendAscii(std::string& out, unsigned char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      AppendUnicodeEscape(out, c);
  }
}

constexpr bool IsPlain(unsigned char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

constexpr bool IsContinuation(unsigned char c) { return (c & 0xC0) == 0x80; }

// The length of the well-formed character of two or more bytes at the start of `text`, or 0 (Unicode 15, table 3-7).
std::size_t MultibyteLength(std::string_view text) {
  const auto at = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned lead = at(0);
  if (lead >= 0xC2 && lead <= 0xDF) return (at(1) & 0xC0) == 0x80 ? 2 : 0;
  unsigned second_min = 0x80;
  unsigned second_max = 0xBF;
  std::size_t length = 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) second_min = 0xA0;
    if (lead == 0xED) second_max = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) second_min = 0x90;
    if (lead == 0xF4) second_max = 0x8F;
  } else {
    return 0;
  }
  if (at(1) < second_min || at(1) > second_max) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

// Moves the cut back to the start of the character it falls into.
std::string_view CutAtCharacter(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t cut = max_bytes;
  while (cut > 0 && max_bytes - cut < 3 && IsContinuation(static_cast<unsigned char>(text[cut]))) --cut;
  return text.substr(0, cut);
}

}  // namespace

void AppendJsonText(std::string& out, std::string_view text, std::size_t max_bytes) {
  text = CutAtCharacter(text, max_bytes);
  std::size_t from = 0;
  while (from < text.size()) {
    std::size_t to = from;
    while (to < text.size() && IsPlain(static_cast<unsigned char>(text[to]))) ++to;
    out.append(text, from, to - from);
    if (to == text.size()) return;
    const auto c = static_cast<unsigned char>(text[to]);
    if (c < 0x80) {
      AppendAscii(out, c);
      from = to + 1;
      continue;
    }
    const std::size_t length = MultibyteLength(text.substr(to));
    if (length == 0) {
      out += kReplacement;
      from = to + 1;
    } else {
      const auto second = static_cast<unsigned char>(text[to + 1]);
      if (c == 0xC2 && second < 0xA0) {
        AppendUnicodeEscape(out, second);
      } else {
        out.append(text, to, length);
      }
      from = to + length;
    }
  }
}

}  // namespace inkwell::runtime

#include "request/form_query.h"

#include <algorithm>
#include <cstddef>

#include "encoding/text.h"

namespace clerk::request {
namespace {

// What the beginning of a text is to a decoder of UTF-8: a character, or the longest part of one that cannot go on as it does.
struct Piece {
  std::size_t size = 1;
  bool valid = false;
};

Piece FirstPiece(std::string_view text) {
  const std::size_t most = std::min<std::size_t>(4, text.size());
  for (std::size_t size = 1; size <= most; ++size) {
    if (encoding::IsValidUtf8(text.substr(0, size))) return {size, true};
  }
  // A part can go on if some continuation completes it; these two are the extremes of what the first continuation may be.
  const auto can_go_on = [](const std::string& part) {
    for (const char* rest : {"\x80\x80", "\xBF\xBF", "\x80", "\xBF"}) {
      if (encoding::IsValidUtf8(part + rest)) return true;
    }
    return false;
  };
  std::size_t size = 1;
  while (size < most && can_go_on(std::string(text.substr(0, size + 1)))) ++size;
  return {size, false};
}

std::string ReplaceInvalidUtf8(std::string text) {
  if (encoding::IsValidUtf8(text)) return text;
  std::string valid;
  for (std::string_view rest = text; !rest.empty();) {
    const Piece piece = FirstPiece(rest);
    valid += piece.valid ? rest.substr(0, piece.size) : std::string_view("\xEF\xBF\xBD");
    rest.remove_prefix(piece.size);
  }
  return valid;
}

std::string FormDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? encoding::PercentDecode(text.substr(i, 3)) : std::nullopt;
    if (byte) {
      decoded += *byte;
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return ReplaceInvalidUtf8(std::move(decoded));
}

}  // namespace

std::string FormEncode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '*' || c == '-' ||
                       c == '.' || c == '_';
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 0xf];
    }
  }
  return out;
}

FormFields ParseForm(std::string_view text) {
  FormFields fields;
  for (const auto piece : encoding::Split(text, '&')) {
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1);
    fields.emplace_back(FormDecode(piece.substr(0, equals)), FormDecode(value));
  }
  return fields;
}

std::string FormatForm(const FormFields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!text.empty()) text += '&';
    text.append(FormEncode(name)).append("=").append(FormEncode(value));
  }
  return text;
}

}  // namespace clerk::request

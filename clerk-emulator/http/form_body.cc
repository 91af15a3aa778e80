#include "clerk-emulator/http/form_body.h"

namespace inkwell::emulator {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// What is no valid escape stands for itself (WHATWG URL, "percent-decode").
std::string Decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0;
    if (escape) {
      decoded += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

}  // namespace

FormBody::FormBody(std::string_view body) {
  while (!body.empty()) {
    const auto field = body.substr(0, body.find('&'));
    body.remove_prefix(field.size() == body.size() ? field.size() : field.size() + 1);
    if (field.empty()) continue;
    const auto equals = field.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
    fields_.emplace_back(Decode(field.substr(0, equals)), Decode(value));
  }
}

std::optional<std::string> FormBody::Text(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string FormBody::TextOr(std::string_view name, std::string_view otherwise) const {
  auto text = Text(name);
  return text && !text->empty() ? std::move(*text) : std::string(otherwise);
}

bool FormBody::IsTrue(std::string_view name) const { return Text(name) == "true"; }

}  // namespace inkwell::emulator

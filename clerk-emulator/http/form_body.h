#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inkwell::emulator {

// The fields of an application/x-www-form-urlencoded body, which is what clerk-js sends. Fields that no handler asks for, such as
// locale or captcha_token, are nobody's concern.
class FormBody final {
 public:
  explicit FormBody(std::string_view body);

  // The first field of the name, decoded; nothing if there is none. clerk-js writes null as an empty text.
  [[nodiscard]] std::optional<std::string> Text(std::string_view name) const;
  [[nodiscard]] std::string TextOr(std::string_view name, std::string_view otherwise) const;
  [[nodiscard]] bool IsTrue(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace inkwell::emulator

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk::request {

// The fields of an application/x-www-form-urlencoded text, in order, decoded.
using FormFields = std::vector<std::pair<std::string, std::string>>;

// Never fails, as in browsers: malformed escapes stay, and bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] FormFields ParseForm(std::string_view text);
[[nodiscard]] std::string FormatForm(const FormFields& fields);

// One name or value of a form: a space becomes "+".
[[nodiscard]] std::string FormEncode(std::string_view text);

}  // namespace clerk::request

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::encoding {

// Without ASCII white space at both ends.
[[nodiscard]] std::string_view Trim(std::string_view text);

// The pieces between separators; always at least one.
[[nodiscard]] std::vector<std::string_view> Split(std::string_view text, char separator);

[[nodiscard]] bool EqualsIgnoreCase(std::string_view a, std::string_view b);

// The value of a hexadecimal digit, or -1.
[[nodiscard]] int HexValue(char c);

// RFC 3986: everything but unreserved characters as %XX.
[[nodiscard]] std::string PercentEncode(std::string_view text);
// Decodes %XX; nullopt if an escape is malformed.
[[nodiscard]] std::optional<std::string> PercentDecode(std::string_view text);

// As JavaScript writes a number (ECMA-262, Number::toString): the fewest digits that tell it from every other one.
[[nodiscard]] std::string NumberText(double number);

[[nodiscard]] bool IsValidUtf8(std::string_view text);

}  // namespace clerk::encoding

#pragma once

#include <string>
#include <string_view>

namespace clerk::encoding {

[[nodiscard]] std::string Sha1(std::string_view bytes);

// HMAC-SHA256 over the concatenation of the pieces.
[[nodiscard]] std::string HmacSha256(std::string_view key, std::initializer_list<std::string_view> pieces);

// In a time that depends on the lengths only.
[[nodiscard]] bool EqualsInConstantTime(std::string_view a, std::string_view b);

}  // namespace clerk::encoding

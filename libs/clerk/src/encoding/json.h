#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace clerk::encoding {

using Json = nlohmann::json;

// Strict RFC 8259 and UTF-8: no byte order mark, nothing after the document, nesting of 512 levels at most. Of members of one
// name the last one wins, as in JavaScript.
[[nodiscard]] std::optional<Json> ParseJson(std::string_view text);

// The member, or null if `object` is not an object or lacks it.
[[nodiscard]] const Json* Member(const Json& object, std::string_view name);

// The member if it has that type; anything else counts as absent.
[[nodiscard]] const std::string* StringMember(const Json& object, std::string_view name);
[[nodiscard]] std::optional<std::string> OptionalString(const Json& object, std::string_view name);
[[nodiscard]] std::optional<std::int64_t> OptionalInteger(const Json& object, std::string_view name);
[[nodiscard]] bool BoolMember(const Json& object, std::string_view name);

// A number as an integer, truncated toward zero; nullopt if it is not a number or does not fit.
[[nodiscard]] std::optional<std::int64_t> ToInteger(const Json& value);

// JavaScript's notion: null, false, 0, "" and absence are falsy.
[[nodiscard]] bool IsTruthy(const Json* value);

// Members sorted, no white space: equal values are equal texts.
[[nodiscard]] std::string CanonicalText(const Json& value);

}  // namespace clerk::encoding

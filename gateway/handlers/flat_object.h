#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/handlers/request_parts.h"

namespace inkwell::gateway {

// A member that a request's JSON object may have.
struct FlatMember {
  enum class Type { kString, kInteger };
  std::string_view name;
  Type type = Type::kString;
  bool nullable = false;
};

struct Null {};
using FlatValue = std::variant<Null, std::string, std::int64_t>;
using FlatObject = std::map<std::string, FlatValue, std::less<>>;

// Reads one JSON object without nesting, strictly (RFC 8259): the members that it has, by name. Refused with 400: INVALID_JSON
// for bytes that are not one JSON object in UTF-8, and for a member given twice; UNKNOWN_FIELD for a member that is not among
// `members`; INVALID_FIELD for a wrong type and for U+0000. `field` names the member.
[[nodiscard]] Parsed<FlatObject> ParseFlatObject(std::string_view json, std::span<const FlatMember> members);

}  // namespace inkwell::gateway

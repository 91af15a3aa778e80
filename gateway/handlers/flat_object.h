#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/http/request_parts.h"

namespace inkwell::gateway {

// A member that a request's JSON object may have. `name` lives as long as what is read.
struct FlatMember {
  enum class Type { kString, kInteger, kBoolean };
  std::string_view name;
  Type type = Type::kString;
  bool nullable = false;
};

struct Null {};
using FlatValue = std::variant<Null, std::string, std::int64_t, bool>;
using FlatObject = std::map<std::string_view, FlatValue>;

// Reads one JSON object without nesting, strictly (RFC 8259), in one pass without building a tree: the members that it has, by
// name. Refused with 400, in this order, whatever else is wrong:
//   TOO_DEEP         it nests deeper than 32 levels: not read any further
//   INVALID_JSON     bytes that are not one JSON text in UTF-8; a byte order mark is such bytes, as is a lone surrogate; also a
//                    number beyond what a double holds, such as 1e999 (RFC 8259 section 6 leaves the range to the reader)
//   NOT_AN_OBJECT    a JSON text of another kind
//   UNKNOWN_FIELD    a member that is not among `members`, so that a misspelt name is not silently dropped
//   DUPLICATE_FIELD  a member that is given twice, however its name is escaped: readers differ in which one they take
//   INVALID_FIELD    a member of a wrong type, or with U+0000 in it (PostgreSQL has no text with it)
// The member `field` names the first that is wrong.
[[nodiscard]] Parsed<FlatObject> ParseFlatObject(std::string_view json, std::span<const FlatMember> members);

}  // namespace inkwell::gateway

// The reader of request bodies against the general JSON reader: what it takes is one object, read the same by both, and what it
// calls no JSON is none.
#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <variant>

#include "gateway/handlers/flat_object.h"
#include "libs/clerk/fuzz/invariant.h"

namespace inkwell::gateway {
namespace {

using clerk::fuzz::Require;
using nlohmann::json;

constexpr std::array kMembers = {
    FlatMember{"title", FlatMember::Type::kString, false},
    FlatMember{"content", FlatMember::Type::kString, true},
    FlatMember{"count", FlatMember::Type::kInteger, true},
    FlatMember{"published", FlatMember::Type::kBoolean, false},
};

void RequireSame(const FlatValue& value, const json& general) {
  if (std::holds_alternative<Null>(value)) Require(general.is_null(), "null is null");
  if (const auto* text = std::get_if<std::string>(&value)) {
    Require(general.is_string() && general.get_ref<const std::string&>() == *text, "strings are equal");
    Require(text->find('\0') == std::string::npos, "no text has U+0000");
  }
  if (const auto* flag = std::get_if<bool>(&value))
    Require(general.is_boolean() && general.get<bool>() == *flag, "flags are equal");
  if (std::holds_alternative<std::int64_t>(value)) Require(general.is_number(), "a number is one");
}

void RequireAccepted(const FlatObject& object, const std::string& text) {
  const json general = json::parse(text, nullptr, false);
  Require(general.is_object(), "what is taken is an object");
  Require(general.size() == object.size(), "no member is lost, and none was given twice");
  for (const auto& [name, value] : object) {
    Require(general.contains(name), "every member is there");
    RequireSame(value, general[std::string(name)]);
  }
}

void RequireRefused(const Problem& problem, const std::string& text) {
  static const std::set<std::string> kReasons = {"TOO_DEEP",      "INVALID_JSON",    "NOT_AN_OBJECT",
                                                 "UNKNOWN_FIELD", "DUPLICATE_FIELD", "INVALID_FIELD"};
  Require(problem.status == 400 && kReasons.contains(problem.reason), "a refusal is one of those that are documented");
  const json general = json::parse(text, nullptr, false);
  if (problem.reason == "INVALID_JSON") {
    // The general reader skips a byte order mark, and takes a zero byte for the end.
    const bool beyond_it = text.find('\0') != std::string::npos || text.starts_with("\xef\xbb\xbf");
    Require(general.is_discarded() || beyond_it, "what is no JSON here is none");
  } else if (problem.reason == "NOT_AN_OBJECT") {
    Require(!general.is_object(), "what is no object here is none");
  }
}

}  // namespace
}  // namespace inkwell::gateway

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace inkwell::gateway;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto object = ParseFlatObject(text, kMembers);
  if (object) {
    RequireAccepted(*object, text);
  } else {
    RequireRefused(object.error(), text);
  }
  return 0;
}

#include "gateway/handlers/flat_object.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

namespace inkwell::gateway {
namespace {

// Names beyond this are not echoed.
constexpr std::size_t kMaxEchoedName = 64;
constexpr int kMaxDepth = 32;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool IsOfType(const FlatValue& value, const FlatMember& member) {
  if (std::holds_alternative<Null>(value)) return member.nullable;
  switch (member.type) {
    case FlatMember::Type::kString:
      return std::holds_alternative<std::string>(value);
    case FlatMember::Type::kInteger:
      return std::holds_alternative<std::int64_t>(value);
    case FlatMember::Type::kBoolean:
      return std::holds_alternative<bool>(value);
  }
  return false;
}

std::string_view Expected(const FlatMember& member) {
  switch (member.type) {
    case FlatMember::Type::kString:
      return member.nullable ? " must be a string or null." : " must be a string.";
    case FlatMember::Type::kInteger:
      return member.nullable ? " must be a whole number or null." : " must be a whole number.";
    case FlatMember::Type::kBoolean:
      return member.nullable ? " must be true, false or null." : " must be true or false.";
  }
  return "";
}

// What a body can be refused for; of several the last one here is told, of equal ones the first in the text.
enum class Fault { kInvalidField, kDuplicateField, kUnknownField, kNotAnObject };

constexpr std::array kFaultReasons{"INVALID_FIELD", "DUPLICATE_FIELD", "UNKNOWN_FIELD", "NOT_AN_OBJECT"};

// Takes the parser's events (it keeps its own stack and does not recurse). Returning false stops the parser.
class Reader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Reader(std::span<const FlatMember> members) : members_(members) {}

  bool null() override { return Value(Null{}); }
  bool boolean(bool value) override { return Value(value); }
  bool number_integer(number_integer_t value) override { return Value(std::int64_t{value}); }
  bool number_unsigned(number_unsigned_t value) override {
    constexpr auto kMax = static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
    return Value(static_cast<std::int64_t>(std::min(value, kMax)));
  }
  bool number_float(number_float_t, const string_t&) override { return depth_ > 1 || WrongValue(); }
  bool string(string_t& value) override { return Value(std::move(value)); }

  bool key(string_t& name) override {
    if (depth_ != 1) return true;
    member_ = nullptr;
    const auto known =
        std::find_if(members_.begin(), members_.end(), [&](const FlatMember& member) { return member.name == name; });
    if (known == members_.end()) {
      return Refuse(Fault::kUnknownField, "There is no such member.", name.size() <= kMaxEchoedName ? name : std::string());
    }
    if (!seen_.insert(known->name).second) return Refuse(Fault::kDuplicateField, "A member is given twice.", known->name);
    member_ = &*known;
    return true;
  }

  bool start_object(std::size_t) override {
    if (depth_ > 0) return Nest();
    depth_ = 1;
    return true;
  }
  bool start_array(std::size_t) override { return Nest(); }
  bool end_object() override { return Leave(); }
  bool end_array() override { return Leave(); }
  bool binary(binary_t&) override { return false; }  // JSON text has none
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

  Parsed<FlatObject> Finish(bool whole_text_read) && {
    if (depth_ > kMaxDepth) return tl::unexpected(Problem{400, "TOO_DEEP", "The body nests too deep."});
    if (!whole_text_read) return tl::unexpected(Problem{400, "INVALID_JSON", "The body is not JSON text in UTF-8."});
    if (fault_) return tl::unexpected(std::move(problem_));
    return std::move(values_);
  }

 private:
  bool Nest() {
    if (++depth_ > kMaxDepth) return false;
    if (depth_ == 1) return NotAnObject();
    return depth_ == 2 ? WrongValue() : true;
  }
  bool Leave() {
    --depth_;
    return true;
  }

  bool Value(FlatValue value) {
    if (depth_ > 1) return true;
    if (member_ == nullptr || !IsOfType(value, *member_)) return WrongValue();
    const auto* const text = std::get_if<std::string>(&value);
    if (text != nullptr && text->find('\0') != std::string::npos) {
      return Refuse(Fault::kInvalidField, std::string(member_->name).append(" must not contain U+0000."), member_->name);
    }
    values_.emplace(member_->name, std::move(value));
    return true;
  }

  // The member at hand may be refused for its name already.
  bool WrongValue() {
    if (depth_ == 0) return NotAnObject();
    if (member_ == nullptr) return true;
    return Refuse(Fault::kInvalidField, std::string(member_->name).append(Expected(*member_)), member_->name);
  }
  bool NotAnObject() { return Refuse(Fault::kNotAnObject, "The body must be a JSON object.", {}); }

  bool Refuse(Fault fault, std::string detail, std::string_view field) {
    if (fault_ && *fault_ >= fault) return true;
    fault_ = fault;
    problem_ = Problem{400, kFaultReasons.at(static_cast<std::size_t>(fault)), std::move(detail), {}};
    if (!field.empty()) problem_.members.emplace_back("field", field);
    return true;
  }

  const std::span<const FlatMember> members_;
  FlatObject values_;
  std::set<std::string_view> seen_;
  std::optional<Fault> fault_;
  Problem problem_;                     // of the fault
  const FlatMember* member_ = nullptr;  // of the value that comes; null if its name is refused
  int depth_ = 0;
};

}  // namespace

Parsed<FlatObject> ParseFlatObject(std::string_view json, std::span<const FlatMember> members) {
  Reader reader(members);
  // nlohmann takes a 0x00 byte for the end of the text and would accept whatever follows it, and skips a byte order mark.
  const bool readable = json.find('\0') == std::string_view::npos && !json.starts_with(kByteOrderMark);
  const bool whole = readable && nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
  return std::move(reader).Finish(whole);
}

}  // namespace inkwell::gateway

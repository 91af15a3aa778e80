#include "gateway/handlers/flat_object.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
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

// Takes the parser's events (it keeps its own stack and does not recurse). After the first thing that is wrong the rest is only
// read to see whether it is JSON at all. Returning false stops the parser.
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
  bool number_float(number_float_t, const string_t&) override { return WrongValue(); }
  bool string(string_t& value) override { return Value(std::move(value)); }

  bool key(string_t& name) override {
    if (problem_) return true;
    const auto known =
        std::find_if(members_.begin(), members_.end(), [&](const FlatMember& member) { return member.name == name; });
    if (known == members_.end()) {
      return Refuse("UNKNOWN_FIELD", "There is no such member.", name.size() <= kMaxEchoedName ? name : std::string());
    }
    if (values_.contains(known->name)) return Refuse("DUPLICATE_FIELD", "A member is given twice.", known->name);
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
    if (problem_) return tl::unexpected(std::move(*problem_));
    return std::move(values_);
  }

 private:
  bool Nest() {
    if (++depth_ > kMaxDepth) return false;
    return depth_ == 1 ? NotAnObject() : WrongValue();
  }
  bool Leave() {
    --depth_;
    return true;
  }

  bool Value(FlatValue value) {
    if (problem_ || depth_ != 1) return WrongValue();
    if (!IsOfType(value, *member_)) return WrongValue();
    const auto* const text = std::get_if<std::string>(&value);
    if (text != nullptr && text->find('\0') != std::string::npos) {
      return Refuse("INVALID_FIELD", std::string(member_->name).append(" must not contain U+0000."), member_->name);
    }
    values_.emplace(member_->name, std::move(value));
    return true;
  }

  bool WrongValue() {
    if (problem_) return true;
    if (depth_ == 0) return NotAnObject();
    return Refuse("INVALID_FIELD", std::string(member_->name).append(Expected(*member_)), member_->name);
  }
  bool NotAnObject() { return Refuse("NOT_AN_OBJECT", "The body must be a JSON object.", {}); }

  bool Refuse(std::string reason, std::string detail, std::string_view field) {
    problem_ = Problem{400, std::move(reason), std::move(detail), {}};
    if (!field.empty()) problem_->members.emplace_back("field", field);
    return true;
  }

  const std::span<const FlatMember> members_;
  FlatObject values_;
  std::optional<Problem> problem_;
  const FlatMember* member_ = nullptr;  // of the value that comes
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

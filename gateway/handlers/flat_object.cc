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

// Takes the parser's events. Nothing may nest below the one object, so depth needs no other bound. Returning false stops the
// parser.
class Reader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Reader(std::span<const FlatMember> members) : members_(members) {}

  bool null() override { return InObject() && (member_->nullable ? Set(Null{}) : WrongType()); }
  bool boolean(bool) override { return InObject() && WrongType(); }

  bool string(string_t& value) override {
    if (!InObject()) return false;
    if (member_->type != FlatMember::Type::kString) return WrongType();
    if (value.find('\0') != std::string::npos) return Refuse("INVALID_FIELD", name_ + " must not contain U+0000.", name_);
    return Set(std::move(value));
  }

  bool number_integer(number_integer_t value) override { return InObject() && Integer(value); }
  bool number_unsigned(number_unsigned_t value) override {
    constexpr auto kMax = static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
    return InObject() && Integer(static_cast<std::int64_t>(std::min(value, kMax)));
  }
  bool number_float(number_float_t, const string_t&) override { return InObject() && WrongType(); }

  bool key(string_t& name) override {
    const auto* const known = std::find_if(members_.data(), members_.data() + members_.size(),
                                           [&](const FlatMember& member) { return member.name == name; });
    if (known == members_.data() + members_.size()) {
      return Refuse("UNKNOWN_FIELD", "There is no such member.", name.size() <= kMaxEchoedName ? name : std::string());
    }
    if (values_.contains(name)) return Refuse("INVALID_JSON", "A member is given twice.", name);
    member_ = known;
    name_ = name;
    return true;
  }

  bool start_object(std::size_t) override {
    if (in_object_) return WrongType();
    in_object_ = true;
    return true;
  }

  bool start_array(std::size_t) override { return InObject() && WrongType(); }
  bool binary(binary_t&) override { return false; }  // JSON text has none
  bool end_object() override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

  Parsed<FlatObject> Finish(bool whole_text_read) && {
    if (problem_) return tl::unexpected(std::move(*problem_));
    if (!whole_text_read) {
      return tl::unexpected(Problem{400, "INVALID_JSON", "The body is not one JSON object in UTF-8."});
    }
    return std::move(values_);
  }

 private:
  // A value outside of an object is a whole text that is no object.
  [[nodiscard]] bool InObject() const { return in_object_; }

  bool Set(FlatValue value) {
    values_.emplace(name_, std::move(value));
    return true;
  }

  bool Integer(std::int64_t value) { return member_->type == FlatMember::Type::kInteger ? Set(value) : WrongType(); }

  bool WrongType() {
    const std::string expected = member_->type == FlatMember::Type::kString ? " must be a string" : " must be a whole number";
    return Refuse("INVALID_FIELD", name_ + expected + (member_->nullable ? " or null." : "."), name_);
  }

  bool Refuse(std::string reason, std::string detail, const std::string& field) {
    problem_ = Problem{400, std::move(reason), std::move(detail), {}};
    if (!field.empty()) problem_->members.emplace_back("field", field);
    return false;
  }

  const std::span<const FlatMember> members_;
  FlatObject values_;
  std::optional<Problem> problem_;
  const FlatMember* member_ = nullptr;  // of the value that comes
  std::string name_;
  bool in_object_ = false;
};

}  // namespace

Parsed<FlatObject> ParseFlatObject(std::string_view json, std::span<const FlatMember> members) {
  Reader reader(members);
  // nlohmann takes a 0x00 byte for the end of the text and would accept whatever follows it.
  const bool whole = json.find('\0') == std::string_view::npos && nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
  return std::move(reader).Finish(whole);
}

}  // namespace inkwell::gateway

#include "gateway/handlers/post_request.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace inkwell::gateway {
namespace {

// Names beyond this are not echoed.
constexpr std::size_t kMaxEchoedName = 64;

// Takes the parser's events. Nothing may nest below the one object, so depth needs no other bound. Returning false stops the
// parser.
class PostFieldsReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override {
    if (!InObject()) return false;
    if (member_ != "content") return WrongType();
    fields_.names_content = true;
    return true;
  }

  bool boolean(bool value) override {
    if (!InObject()) return false;
    if (member_ != "published") return WrongType();
    fields_.published = value;
    return true;
  }

  bool string(string_t& value) override {
    if (!InObject()) return false;
    if (member_ == "published") return WrongType();
    if (value.find('\0') != std::string::npos) return Refuse("INVALID_FIELD", member_ + " must not contain U+0000.", member_);
    if (member_ == "title") {
      fields_.title = std::move(value);
    } else {
      fields_.names_content = true;
      fields_.content = std::move(value);
    }
    return true;
  }

  bool key(string_t& name) override {
    bool* seen = name == "title"       ? &seen_title_
                 : name == "content"   ? &seen_content_
                 : name == "published" ? &seen_published_
                                       : nullptr;
    if (seen == nullptr) {
      const bool short_name = name.size() <= kMaxEchoedName;
      return Refuse("UNKNOWN_FIELD", "A post has title, content and published.", short_name ? name : std::string());
    }
    if (*seen) return Refuse("INVALID_JSON", "A member is given twice.", name);
    *seen = true;
    member_ = name;
    return true;
  }

  bool start_object(std::size_t) override {
    if (in_object_) return WrongType();
    in_object_ = true;
    return true;
  }

  bool start_array(std::size_t) override { return InObject() && WrongType(); }
  bool number_integer(number_integer_t) override { return InObject() && WrongType(); }
  bool number_unsigned(number_unsigned_t) override { return InObject() && WrongType(); }
  bool number_float(number_float_t, const string_t&) override { return InObject() && WrongType(); }
  bool binary(binary_t&) override { return false; }  // JSON text has none
  bool end_object() override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

  Parsed<PostFields> Finish(bool whole_text_read) && {
    if (problem_) return tl::unexpected(std::move(*problem_));
    if (!whole_text_read) {
      return tl::unexpected(Problem{400, "INVALID_JSON", "The body is not one JSON object in UTF-8."});
    }
    return std::move(fields_);
  }

 private:
  // A value outside of an object is a whole text that is no object.
  bool InObject() const { return in_object_; }

  bool WrongType() {
    const char* expected = member_ == "published" ? " must be true or false."
                           : member_ == "title"   ? " must be a string."
                                                  : " must be a string or null.";
    return Refuse("INVALID_FIELD", member_ + expected, member_);
  }

  bool Refuse(std::string reason, std::string detail, const std::string& field) {
    problem_ = Problem{400, std::move(reason), std::move(detail), {}};
    if (!field.empty()) problem_->members.emplace_back("field", field);
    return false;
  }

  PostFields fields_;
  std::optional<Problem> problem_;
  std::string member_;
  bool in_object_ = false;
  bool seen_title_ = false;
  bool seen_content_ = false;
  bool seen_published_ = false;
};

}  // namespace

Parsed<PostFields> ParsePostFields(std::string_view json) {
  PostFieldsReader reader;
  // nlohmann takes a 0x00 byte for the end of the text and would accept whatever follows it.
  const bool whole = json.find('\0') == std::string_view::npos && nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
  return std::move(reader).Finish(whole);
}

}  // namespace inkwell::gateway

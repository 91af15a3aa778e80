#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::encoding {

class JsonText;
struct JsonMember;

// A value inside a JsonText, or the absence of one: a chain of Member calls needs one test at its end. A view, valid while the
// JsonText exists and stays where it is.
class JsonValue final {
 public:
  JsonValue() = default;  // absent

  explicit operator bool() const { return text_ != nullptr; }
  [[nodiscard]] bool is_null() const;
  [[nodiscard]] bool is_number() const;
  [[nodiscard]] bool is_array() const;
  [[nodiscard]] bool is_object() const;

  // Absent if this is no object or has no such member. Of members of one name the last one counts, as in JavaScript.
  [[nodiscard]] JsonValue Member(std::string_view name) const;
  // The members of an object as they were written, those of one name all of them; none of anything else.
  [[nodiscard]] std::vector<JsonMember> Members() const;
  // The elements of an array; none of anything else.
  [[nodiscard]] std::vector<JsonValue> Elements() const;

  // Without its escapes; nullopt if this is no string.
  [[nodiscard]] std::optional<std::string_view> string() const;
  // The nearest double, which is infinite for a number beyond them all, as in JavaScript; nullopt if this is no number.
  [[nodiscard]] std::optional<double> number() const;
  // The number truncated toward zero; nullopt if this is no number or does not fit.
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  // JavaScript's notion: absence, null, false, 0 and "" are falsy.
  [[nodiscard]] bool truthy() const;

  // As it was written; "" if absent.
  [[nodiscard]] std::string_view json() const;

 private:
  friend class JsonText;
  JsonValue(const JsonText* text, std::uint32_t node) : text_(text), node_(node) {}

  const JsonText* text_ = nullptr;
  std::uint32_t node_ = 0;
};

struct JsonMember {
  JsonValue name;  // a string
  JsonValue value;
};

// What a text may hold.
struct JsonLimits {
  std::size_t depth = 10'000;   // of nesting: no reader of JsonText recurses, but those who read claims may
  bool finite_numbers = false;  // no number beyond a double
};
// As encoding::ParseJson: each value of such a text can be made a document.
inline constexpr JsonLimits kDocumentLimits{512, true};

// A JSON document that was read once, in one pass, into one flat list of values: what a token needs, several times faster than a
// general document (docs/adr/0024). Immutable. Safe to read from several threads.
class JsonText final {
 public:
  // Nullopt unless this is strict RFC 8259 in UTF-8, within the limits: no byte order mark, nothing after the document, no lone
  // surrogate in an escape.
  [[nodiscard]] static std::optional<JsonText> Read(std::string text, const JsonLimits& limits = {});

  // No document: its root is absent.
  JsonText() = default;

  [[nodiscard]] JsonValue root() const { return nodes_.empty() ? JsonValue() : JsonValue(this, 0); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  friend class JsonValue;
  class Reader;

  enum class Kind : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

  // In the order of the text: an array is followed by its elements, an object by its members, each a name and a value.
  struct Node {
    Kind kind;
    bool escaped;         // a string with escapes
    std::uint16_t ends;   // a string's first and last byte, unescaped: tells most names apart without looking at the text
    std::uint32_t begin;  // in the text; of a string, its opening quote
    std::uint32_t size;
    std::uint32_t after;  // the node after this value and all inside it
  };
  struct Unescaped {
    std::uint32_t node;
    std::string text;
  };

  [[nodiscard]] std::string_view StringOf(std::uint32_t node) const;

  std::string text_;
  std::vector<Node> nodes_;
  std::vector<Unescaped> unescaped_;  // in the order of the nodes
};

}  // namespace clerk::encoding

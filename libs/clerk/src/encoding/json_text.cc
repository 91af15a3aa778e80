#include "encoding/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <system_error>
#include <utility>

#include "encoding/text.h"

namespace clerk::encoding {
namespace {

// What a byte inside a string means to the reader.
enum class Byte : std::uint8_t { kPlain, kQuote, kBackslash, kControl, kNotAscii };

constexpr std::array<Byte, 256> kBytes = [] {
  std::array<Byte, 256> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = i < 0x20 ? Byte::kControl : i < 0x80 ? Byte::kPlain : Byte::kNotAscii;
  bytes['"'] = Byte::kQuote;
  bytes['\\'] = Byte::kBackslash;
  return bytes;
}();

// Whether eight bytes at once are ordinary characters: ASCII, no quote, no backslash, no control character. Each term has the
// high bit of a byte set if that byte is equal to (or less than) the constant; a borrow can only add a false alarm.
bool ArePlain(std::uint64_t bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  const std::uint64_t quote = bytes ^ kOnes * '"';
  const std::uint64_t backslash = bytes ^ kOnes * '\\';
  const std::uint64_t special = (quote - kOnes) | (backslash - kOnes) | (bytes - kOnes * 0x20) | bytes;
  return (special & kHighs) == 0;
}

std::uint16_t EndsOf(std::string_view text) {
  if (text.empty()) return 0;
  return static_cast<std::uint16_t>(static_cast<unsigned char>(text.front()) | static_cast<unsigned char>(text.back()) << 8);
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void AppendUtf8(std::string& out, std::uint32_t code_point) {
  const auto byte = [&](std::uint32_t value) { out.push_back(static_cast<char>(value)); };
  if (code_point < 0x80) return byte(code_point);
  if (code_point < 0x800) {
    byte(0xC0 | code_point >> 6);
  } else {
    if (code_point < 0x10000) {
      byte(0xE0 | code_point >> 12);
    } else {
      byte(0xF0 | code_point >> 18);
      byte(0x80 | (code_point >> 12 & 0x3F));
    }
    byte(0x80 | (code_point >> 6 & 0x3F));
  }
  byte(0x80 | (code_point & 0x3F));
}

// Whether a number that no double can hold is so because it is too large, and not because it is too close to zero: the
// decimal exponent of its first digit other than zero tells.
bool IsHuge(std::string_view number) {
  const auto exponent_at = std::min(number.find_first_of("eE"), number.size());
  const auto mantissa = number.substr(0, exponent_at);
  const auto first_digit = mantissa.find_first_of("123456789");
  if (first_digit == std::string_view::npos) return false;
  auto exponent_text = number.substr(std::min(exponent_at + 1, number.size()));
  if (exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
  std::int64_t exponent = 0;
  if (std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent).ec ==
      std::errc::result_out_of_range) {
    return !exponent_text.starts_with('-');
  }
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const std::int64_t place = point - static_cast<std::int64_t>(first_digit);
  return exponent > -place;
}

// The nearest double, which is infinite for a number beyond them all.
double NearestDouble(std::string_view number) {
  double value = 0;
  if (std::from_chars(number.data(), number.data() + number.size(), value).ec != std::errc::result_out_of_range) return value;
  const double magnitude = IsHuge(number) ? std::numeric_limits<double>::infinity() : 0.0;
  return number.starts_with('-') ? -magnitude : magnitude;
}

}  // namespace

// Reads `text_` into `nodes_`. It goes byte by byte and relies on the NUL at the end of a std::string, which no rule of JSON
// accepts anywhere, to stop there.
class JsonText::Reader final {
 public:
  Reader(JsonText& out, const JsonLimits& limits)
      : out_(out), limits_(limits), begin_(out.text_.data()), at_(begin_), end_(begin_ + out.text_.size()) {}

  bool ReadDocument() {
    SkipSpace();
    while (wants_value_ || open_ != kNone) {
      if (wants_value_ ? !ReadValue() : !ReadSeparator()) return false;
    }
    SkipSpace();
    return at_ == end_ && (!not_ascii_ || IsValidUtf8(out_.text_));
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::uint32_t Offset(const char* position) const { return static_cast<std::uint32_t>(position - begin_); }

  void SkipSpace() {
    while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t') ++at_;
  }

  bool Accept(char c) {
    if (*at_ != c) return false;
    ++at_;
    return true;
  }

  void Add(Kind kind, const char* from) {
    const auto after = static_cast<std::uint32_t>(out_.nodes_.size() + 1);
    out_.nodes_.push_back({kind, false, 0, Offset(from), Offset(at_) - Offset(from), after});
  }

  // A value, or the beginning of an array or object up to its first value.
  bool ReadValue() {
    wants_value_ = false;
    switch (*at_) {
      case '{':
        if (!Open(Kind::kObject)) return false;
        if (Accept('}')) return Close();
        return ReadName();
      case '[':
        if (!Open(Kind::kArray)) return false;
        if (Accept(']')) return Close();
        wants_value_ = true;
        return true;
      case '"':
        return ReadString();
      case 't':
        return ReadWord("true", Kind::kTrue);
      case 'f':
        return ReadWord("false", Kind::kFalse);
      case 'n':
        return ReadWord("null", Kind::kNull);
      default:
        return ReadNumber();
    }
  }

  // What follows a value inside an array or object.
  bool ReadSeparator() {
    SkipSpace();
    const bool in_object = out_.nodes_[open_].kind == Kind::kObject;
    if (Accept(in_object ? '}' : ']')) return Close();
    if (!Accept(',')) return false;
    SkipSpace();
    if (in_object) return ReadName();
    wants_value_ = true;
    return true;
  }

  bool ReadName() {
    if (*at_ != '"' || !ReadString()) return false;
    SkipSpace();
    if (!Accept(':')) return false;
    SkipSpace();
    wants_value_ = true;
    return true;
  }

  // While an array or object is open, its `after` is the one that it is in: that is all the stack there is.
  bool Open(Kind kind) {
    if (++depth_ > limits_.depth) return false;
    const char* const from = at_++;
    Add(kind, from);
    out_.nodes_.back().after = std::exchange(open_, static_cast<std::uint32_t>(out_.nodes_.size() - 1));
    SkipSpace();
    return true;
  }

  bool Close() {
    Node& node = out_.nodes_[open_];
    node.size = Offset(at_) - node.begin;
    open_ = std::exchange(node.after, static_cast<std::uint32_t>(out_.nodes_.size()));
    --depth_;
    return true;
  }

  bool ReadWord(std::string_view word, Kind kind) {
    const char* const from = at_;
    for (const char c : word) {
      if (!Accept(c)) return false;
    }
    Add(kind, from);
    return true;
  }

  bool ReadDigits() {
    if (!IsDigit(*at_)) return false;
    while (IsDigit(*at_)) ++at_;
    return true;
  }

  bool ReadNumber() {
    const char* const from = at_;
    Accept('-');
    if (!Accept('0') && !ReadDigits()) return false;
    if (Accept('.') && !ReadDigits()) return false;
    const bool has_exponent = Accept('e') || Accept('E');
    if (has_exponent) {
      if (!Accept('+')) Accept('-');
      if (!ReadDigits()) return false;
    }
    Add(Kind::kNumber, from);
    // Few digits without an exponent need no closer look.
    constexpr std::ptrdiff_t kAlwaysFinite = std::numeric_limits<double>::max_exponent10;
    if (!limits_.finite_numbers || (!has_exponent && at_ - from <= kAlwaysFinite)) return true;
    return std::isfinite(NearestDouble({from, at_}));
  }

  // The next byte of a string that is not an ordinary character of ASCII.
  Byte SkipPlain() {
    for (std::uint64_t bytes = 0; end_ - at_ >= 8; at_ += 8) {
      std::memcpy(&bytes, at_, sizeof(bytes));
      if (!ArePlain(bytes)) break;
    }
    for (;; ++at_) {
      const Byte byte = kBytes[static_cast<unsigned char>(*at_)];
      if (byte == Byte::kPlain) continue;
      if (byte != Byte::kNotAscii) return byte;
      not_ascii_ = true;
    }
  }

  bool ReadString() {
    const char* const from = at_++;
    Byte byte = SkipPlain();
    if (byte == Byte::kQuote) {
      ++at_;
      Add(Kind::kString, from);
      out_.nodes_.back().ends = EndsOf({from + 1, at_ - 1});
      return true;
    }
    std::string unescaped(from + 1, at_);
    while (byte == Byte::kBackslash) {
      ++at_;
      if (!ReadEscape(unescaped)) return false;
      const char* const run = at_;
      byte = SkipPlain();
      unescaped.append(run, at_);
    }
    if (byte != Byte::kQuote) return false;
    ++at_;
    Add(Kind::kString, from);
    Node& node = out_.nodes_.back();
    node.escaped = true;
    node.ends = EndsOf(unescaped);
    out_.unescaped_.push_back({static_cast<std::uint32_t>(out_.nodes_.size() - 1), std::move(unescaped)});
    return true;
  }

  // What follows a backslash.
  bool ReadEscape(std::string& out) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (Accept('u')) return ReadUnicodeEscape(out);
    const auto letter = kLetters.find(*at_);
    if (letter == std::string_view::npos) return false;
    out.push_back(kMeanings[letter]);
    ++at_;
    return true;
  }

  bool ReadUnicodeEscape(std::string& out) {
    std::uint32_t unit = 0;
    if (!ReadHex(unit)) return false;
    if (unit >= 0xDC00 && unit <= 0xDFFF) return false;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      std::uint32_t low = 0;
      if (!Accept('\\') || !Accept('u') || !ReadHex(low) || low < 0xDC00 || low > 0xDFFF) return false;
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    AppendUtf8(out, unit);
    return true;
  }

  bool ReadHex(std::uint32_t& unit) {
    unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const int value = HexValue(*at_);
      if (value < 0) return false;
      unit = unit << 4 | static_cast<std::uint32_t>(value);
    }
    return true;
  }

  JsonText& out_;
  const JsonLimits limits_;
  const char* const begin_;
  const char* at_;
  const char* const end_;
  std::uint32_t open_ = kNone;  // the innermost open array or object
  std::size_t depth_ = 0;
  bool wants_value_ = true;  // a value must come next
  bool not_ascii_ = false;   // something beyond ASCII was read, which has to be UTF-8
};

std::optional<JsonText> JsonText::Read(std::string text, const JsonLimits& limits) {
  if (text.size() >= UINT32_MAX) return std::nullopt;
  std::optional<JsonText> result(JsonText{});
  result->text_ = std::move(text);
  result->nodes_.reserve(32);  // a session token has about 25 values
  if (!Reader(*result, limits).ReadDocument()) return std::nullopt;
  return result;
}

std::string_view JsonText::StringOf(std::uint32_t index) const {
  const Node& node = nodes_[index];
  if (!node.escaped) return {text_.data() + node.begin + 1, node.size - 2};
  return std::lower_bound(unescaped_.begin(), unescaped_.end(), index,
                          [](const Unescaped& entry, std::uint32_t wanted) { return entry.node < wanted; })
      ->text;
}

bool JsonValue::is_null() const { return text_ != nullptr && text_->nodes_[node_].kind == JsonText::Kind::kNull; }
bool JsonValue::is_number() const { return text_ != nullptr && text_->nodes_[node_].kind == JsonText::Kind::kNumber; }
bool JsonValue::is_array() const { return text_ != nullptr && text_->nodes_[node_].kind == JsonText::Kind::kArray; }
bool JsonValue::is_object() const { return text_ != nullptr && text_->nodes_[node_].kind == JsonText::Kind::kObject; }

JsonValue JsonValue::Member(std::string_view name) const {
  JsonValue found;
  if (!is_object()) return found;
  // The innermost loop of a verification: some twenty look-ups among as many names each.
  const JsonText::Node* const nodes = text_->nodes_.data();
  const std::uint16_t ends = EndsOf(name);
  for (std::uint32_t key = node_ + 1; key != nodes[node_].after; key = nodes[key + 1].after) {
    if (nodes[key].ends == ends && text_->StringOf(key) == name) found = JsonValue(text_, key + 1);
  }
  return found;
}

std::vector<JsonMember> JsonValue::Members() const {
  std::vector<JsonMember> members;
  if (!is_object()) return members;
  const auto& nodes = text_->nodes_;
  for (std::uint32_t key = node_ + 1; key != nodes[node_].after; key = nodes[key + 1].after) {
    members.push_back({JsonValue(text_, key), JsonValue(text_, key + 1)});
  }
  return members;
}

std::vector<JsonValue> JsonValue::Elements() const {
  std::vector<JsonValue> elements;
  if (!is_array()) return elements;
  const auto& nodes = text_->nodes_;
  for (std::uint32_t node = node_ + 1; node != nodes[node_].after; node = nodes[node].after) elements.push_back({text_, node});
  return elements;
}

std::optional<std::string_view> JsonValue::string() const {
  if (text_ == nullptr || text_->nodes_[node_].kind != JsonText::Kind::kString) return std::nullopt;
  return text_->StringOf(node_);
}

std::optional<double> JsonValue::number() const {
  if (!is_number()) return std::nullopt;
  return NearestDouble(json());
}

std::optional<std::int64_t> JsonValue::integer() const {
  if (!is_number()) return std::nullopt;
  const std::string_view digits = json();
  std::int64_t integer = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), integer);
  if (error == std::errc() && end == digits.data() + digits.size()) return integer;
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  const double real = *number();
  if (real >= -kLimit && real < kLimit) return static_cast<std::int64_t>(real);
  return std::nullopt;
}

bool JsonValue::truthy() const {
  if (text_ == nullptr) return false;
  switch (text_->nodes_[node_].kind) {
    case JsonText::Kind::kNull:
    case JsonText::Kind::kFalse:
      return false;
    case JsonText::Kind::kNumber:
      return *number() != 0.0;
    case JsonText::Kind::kString:
      return !string()->empty();
    case JsonText::Kind::kTrue:
    case JsonText::Kind::kArray:
    case JsonText::Kind::kObject:
      return true;
  }
  return false;
}

std::string_view JsonValue::json() const {
  if (text_ == nullptr) return {};
  const auto& node = text_->nodes_[node_];
  return std::string_view(text_->text_).substr(node.begin, node.size);
}

}  // namespace clerk::encoding

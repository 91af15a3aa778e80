#include "user-sync-service/opaque_text.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include "user-sync-service/user_content.h"

namespace inkwell::users {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kMaxLength = 512;
constexpr std::string_view kCursorVersion = "c1";
constexpr std::string_view kPageTokenVersion = "p1";
constexpr std::string_view kResumeTokenVersion = "b1";

std::string ToBase64Url(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) text.push_back(kAlphabet[(bits >> (count - 6)) & 0x3f]);
  }
  if (count > 0) text.push_back(kAlphabet[(bits << (6 - count)) & 0x3f]);
  return text;
}

// Only what ToBase64Url writes: one text for each value.
std::optional<std::string> FromBase64Url(std::string_view text) {
  if (text.size() > kMaxLength) return std::nullopt;
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>((bits >> count) & 0xff));
    }
  }
  if (ToBase64Url(bytes) != text) return std::nullopt;
  return bytes;
}

std::vector<std::string_view> Fields(std::string_view text) {
  std::vector<std::string_view> fields;
  for (std::size_t bar = text.find('|'); bar != std::string_view::npos; bar = text.find('|')) {
    fields.push_back(text.substr(0, bar));
    text.remove_prefix(bar + 1);
  }
  fields.push_back(text);
  return fields;
}

// The number that the text is, from its first to its last character.
template <typename Number>
std::optional<Number> WholeNumber(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string EncodeCursor(const ChangeCursor& cursor) {
  std::string text(kCursorVersion);
  text.append("|").append(cursor.database);
  text.append("|").append(std::to_string(cursor.position.transaction));
  text.append("|").append(cursor.position.user_id);
  return ToBase64Url(text);
}

std::optional<ChangeCursor> DecodeCursor(std::string_view text) {
  const auto bytes = FromBase64Url(text);
  if (!bytes) return std::nullopt;
  const auto fields = Fields(*bytes);
  if (fields.size() != 4 || fields[0] != kCursorVersion || fields[1].empty()) return std::nullopt;
  const auto transaction = WholeNumber<std::uint64_t>(fields[2]);
  if (!transaction) return std::nullopt;
  const ChangeCursor cursor{std::string(fields[1]), {*transaction, std::string(fields[3])}};
  // Before the first change there is no user, and after it always one.
  const bool at_start = cursor.position == ChangePosition{};
  if (!at_start && !IsUserId(cursor.position.user_id)) return std::nullopt;
  return cursor;
}

std::string EncodeResumeToken(const ResumePoint& point) {
  std::string text(kResumeTokenVersion);
  text.append("|").append(point.instance_id);
  text.append("|").append(std::to_string(point.copied_until.time_since_epoch().count()));
  return ToBase64Url(text);
}

std::optional<ResumePoint> DecodeResumeToken(std::string_view text) {
  const auto bytes = FromBase64Url(text);
  if (!bytes) return std::nullopt;
  const auto fields = Fields(*bytes);
  if (fields.size() != 3 || fields[0] != kResumeTokenVersion) return std::nullopt;
  const auto milliseconds = WholeNumber<std::int64_t>(fields[2]);
  if (!milliseconds || *milliseconds < 0) return std::nullopt;
  return ResumePoint{std::string(fields[1]), ClerkTime{std::chrono::milliseconds{*milliseconds}}};
}

std::string EncodePageToken(std::string_view last_user_id) {
  return ToBase64Url(std::string(kPageTokenVersion).append("|").append(last_user_id));
}

std::optional<std::string> DecodePageToken(std::string_view text) {
  const auto bytes = FromBase64Url(text);
  if (!bytes) return std::nullopt;
  const auto fields = Fields(*bytes);
  if (fields.size() != 2 || fields[0] != kPageTokenVersion || !IsUserId(fields[1])) return std::nullopt;
  return std::string(fields[1]);
}

}  // namespace inkwell::users

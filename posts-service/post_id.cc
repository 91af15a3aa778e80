#include "posts-service/post_id.h"

#include <openssl/rand.h>

#include <cstddef>
#include <random>

namespace inkwell::posts {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::uint8_t kNoDigit = 0xff;

// The value of each character as a hexadecimal digit.
constexpr std::array<std::uint8_t, 256> kDigitValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 16; ++i) {
    const char digit = kDigits[i];
    values[static_cast<unsigned char>(digit)] = i;
    if (digit >= 'a') values[static_cast<unsigned char>(digit - 'a' + 'A')] = i;
  }
  return values;
}();

// Where the two digits of each byte stand in the text.
constexpr std::array<std::uint8_t, 16> kPositions{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
constexpr std::array<std::uint8_t, 4> kHyphens{8, 13, 18, 23};

void FillRandom(std::uint8_t* out, int size) {
  if (RAND_bytes(out, size) == 1) return;
  std::random_device source;  // OpenSSL has no entropy only where the system has none: ids need to be unique, not secret
  for (int i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(source());
}

}  // namespace

std::optional<PostId> PostId::Parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  for (const std::size_t hyphen : kHyphens) {
    if (text[hyphen] != '-') return std::nullopt;
  }
  PostId id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    const std::uint8_t high = kDigitValues[static_cast<unsigned char>(text[kPositions[i]])];
    const std::uint8_t low = kDigitValues[static_cast<unsigned char>(text[kPositions[i] + std::size_t{1}])];
    if (high == kNoDigit || low == kNoDigit) return std::nullopt;
    id.bytes[i] = static_cast<std::uint8_t>((high << 4) | low);
  }
  return id;
}

PostId PostId::Make(Timestamp now) {
  PostId id;
  FillRandom(id.bytes.data() + 8, 8);
  const auto since_epoch = static_cast<std::uint64_t>(now.time_since_epoch().count());
  const std::uint64_t milliseconds = since_epoch / 1000;
  for (std::size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  const std::uint64_t fraction = (since_epoch % 1000) * 4096 / 1000;
  id.bytes[6] = static_cast<std::uint8_t>(0x70 | (fraction >> 8));
  id.bytes[7] = static_cast<std::uint8_t>(fraction);
  id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
  return id;
}

PostId PostId::Last() {
  PostId id;
  id.bytes.fill(0xff);
  return id;
}

Timestamp PostId::time() const {
  std::int64_t milliseconds = 0;
  for (std::size_t i = 0; i < 6; ++i) milliseconds = (milliseconds << 8) | bytes[i];
  return Timestamp(std::chrono::milliseconds(milliseconds));
}

std::string PostId::ToString() const {
  std::string text(36, '-');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text[kPositions[i]] = kDigits[bytes[i] >> 4];
    text[kPositions[i] + std::size_t{1}] = kDigits[bytes[i] & 0x0f];
  }
  return text;
}

}  // namespace inkwell::posts

#include "posts-service/post_id.h"

#include <openssl/rand.h>

#include <cstddef>
#include <random>

namespace inkwell::posts {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

std::optional<std::uint8_t> DigitValue(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

bool IsHyphenPosition(std::size_t position) { return position == 8 || position == 13 || position == 18 || position == 23; }

void FillRandom(std::uint8_t* out, int size) {
  if (RAND_bytes(out, size) == 1) return;
  std::random_device source;  // OpenSSL has no entropy only where the system has none: ids need to be unique, not secret
  for (int i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(source());
}

}  // namespace

std::optional<PostId> PostId::Parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  PostId id;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsHyphenPosition(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const auto value = DigitValue(text[i]);
    if (!value) return std::nullopt;
    auto& byte = id.bytes[nibble / 2];
    byte = static_cast<std::uint8_t>((byte << 4) | *value);
    ++nibble;
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
  std::size_t position = 0;
  for (const std::uint8_t byte : bytes) {
    if (IsHyphenPosition(position)) ++position;
    text[position++] = kDigits[byte >> 4];
    text[position++] = kDigits[byte & 0x0f];
  }
  return text;
}

}  // namespace inkwell::posts

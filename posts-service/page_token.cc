#include "posts-service/page_token.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace inkwell::posts {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHashBytes = 10;
constexpr std::size_t kTokenBytes = 1 + 16 + kHashBytes;  // divisible by 3: base64 without padding
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using TokenBytes = std::array<std::uint8_t, kTokenBytes>;
static_assert(kTokenBytes % 3 == 0);

TokenBytes Compose(const PostId& last, std::string_view author_id, std::string_view query) {
  std::string hashed(author_id);
  hashed += '\0';  // in no author id
  hashed += query;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(hashed.data()), hashed.size(), digest.data());
  TokenBytes bytes{kVersion};
  std::copy(last.bytes.begin(), last.bytes.end(), bytes.begin() + 1);
  std::copy_n(digest.begin(), kHashBytes, bytes.begin() + 17);
  return bytes;
}

}  // namespace

std::string MakePageToken(const PostId& last, std::string_view author_id, std::string_view query) {
  const TokenBytes bytes = Compose(last, author_id, query);
  std::string token;
  token.reserve(kTokenBytes / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t group = (std::uint32_t{bytes[i]} << 16) | (std::uint32_t{bytes[i + 1]} << 8) | bytes[i + 2];
    for (const int shift : {18, 12, 6, 0}) token += kAlphabet[(group >> shift) & 63];
  }
  return token;
}

std::optional<PostId> ParsePageToken(std::string_view token, std::string_view author_id, std::string_view query) {
  if (token.size() != kTokenBytes / 3 * 4) return std::nullopt;
  TokenBytes bytes{};
  for (std::size_t i = 0, out = 0; i < token.size(); i += 4) {
    std::uint32_t group = 0;
    for (const char c : token.substr(i, 4)) {
      const auto value = kAlphabet.find(c);
      if (value == std::string_view::npos) return std::nullopt;
      group = (group << 6) | static_cast<std::uint32_t>(value);
    }
    for (const int shift : {16, 8, 0}) bytes[out++] = static_cast<std::uint8_t>(group >> shift);
  }
  PostId last;
  std::copy_n(bytes.begin() + 1, last.bytes.size(), last.bytes.begin());
  if (bytes != Compose(last, author_id, query)) return std::nullopt;
  return last;
}

}  // namespace inkwell::posts

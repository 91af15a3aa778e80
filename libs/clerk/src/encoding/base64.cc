#include "encoding/base64.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace clerk::encoding {
namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint32_t kBad = 1U << 31;  // no value of 24 bits has this bit

// What each character stands for, at each of the four places of a group: a group is decoded by four look-ups and an OR.
using Table = std::array<std::array<std::uint32_t, 256>, 4>;

constexpr Table MakeTable(std::string_view alphabet) {
  Table table{};
  for (std::size_t place = 0; place < table.size(); ++place) {
    for (auto& entry : table[place]) entry = kBad;
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
      table[place][static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint32_t>(i << (18 - 6 * place));
    }
  }
  return table;
}

constexpr Table kStandardTable = MakeTable(kStandard);
constexpr Table kUrlTable = MakeTable(kUrl);

// Decodes text without padding. Invalid characters are collected in one flag instead of being tested one by one: tokens are
// decoded on every request.
std::optional<std::string> DecodeUnpadded(std::string_view text, const Table& table, bool zero_bits_required) {
  const std::size_t tail = text.size() % 4;
  if (tail == 1) return std::nullopt;
  std::string out(text.size() / 4 * 3 + (tail == 0 ? 0 : tail - 1), '\0');
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  char* to = out.data();
  std::uint32_t seen = 0;
  for (const auto* end = in + (text.size() - tail); in != end; in += 4, to += 3) {
    const std::uint32_t bits = table[0][in[0]] | table[1][in[1]] | table[2][in[2]] | table[3][in[3]];
    seen |= bits;
    to[0] = static_cast<char>(bits >> 16);
    to[1] = static_cast<char>(bits >> 8);
    to[2] = static_cast<char>(bits);
  }
  std::uint32_t left_over = 0;
  if (tail != 0) {
    const std::uint32_t bits = table[0][in[0]] | table[1][in[1]] | (tail == 3 ? table[2][in[2]] : 0);
    seen |= bits;
    to[0] = static_cast<char>(bits >> 16);
    if (tail == 3) to[1] = static_cast<char>(bits >> 8);
    left_over = tail == 3 ? bits & 0xff : bits & 0xffff;
  }
  if ((seen & kBad) != 0) return std::nullopt;
  if (zero_bits_required && left_over != 0) return std::nullopt;
  return out;
}

std::string Encode(std::string_view bytes, std::string_view alphabet, bool padded) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) bits = bits << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) {
      if (k <= count) {
        out.push_back(alphabet[bits >> (18 - 6 * k) & 0x3f]);
      } else if (padded) {
        out.push_back('=');
      }
    }
  }
  return out;
}

}  // namespace

std::optional<std::string> DecodeBase64Url(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  return DecodeUnpadded(text, kUrlTable, true);
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string compact;
  compact.reserve(text.size());
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r') compact.push_back(c);
  }
  if (compact.size() % 4 == 0) {
    for (int i = 0; i < 2 && !compact.empty() && compact.back() == '='; ++i) compact.pop_back();
  }
  return DecodeUnpadded(compact, kStandardTable, false);
}

std::string EncodeBase64(std::string_view bytes) { return Encode(bytes, kStandard, true); }
std::string EncodeBase64Url(std::string_view bytes) { return Encode(bytes, kUrl, false); }

}  // namespace clerk::encoding

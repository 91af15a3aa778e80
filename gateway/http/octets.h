#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace inkwell::gateway {

// Classes of octets in HTTP (RFC 9110 section 5.6.2, RFC 9112 section 2.2), as tables: they are asked for every byte of a head.
namespace octets {

inline constexpr std::array<bool, 256> kToken = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

// VCHAR, SP, HTAB and obs-text: what a field value may hold.
inline constexpr std::array<bool, 256> kFieldValue = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0x20; i < 256; ++i) table[i] = i != 0x7F;
  table['\t'] = true;
  return table;
}();

// VCHAR without "#": a fragment is never sent, and bytes above 0x7E must be percent-encoded (RFC 3986 section 2).
inline constexpr std::array<bool, 256> kTarget = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0x21; i < 0x7F; ++i) table[i] = i != '#';
  return table;
}();

}  // namespace octets

[[nodiscard]] inline bool AllOf(const std::array<bool, 256>& table, std::string_view text) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return table[static_cast<unsigned char>(c)]; });
}

[[nodiscard]] inline bool IsToken(std::string_view text) { return !text.empty() && AllOf(octets::kToken, text); }

[[nodiscard]] constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// -1 when `c` is no hexadecimal digit.
[[nodiscard]] constexpr int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace inkwell::gateway

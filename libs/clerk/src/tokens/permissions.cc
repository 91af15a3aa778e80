#include "tokens/permissions.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "encoding/text.h"

namespace clerk::tokens {
namespace {

// The low bits of a decimal number of any size, least significant first; no bits if it is not a number. Higher bits than
// asked for grant nothing, so the arithmetic is modulo 2^bits and its cost is bounded by the length of the claims.
std::vector<bool> LowBits(std::string_view decimal, std::size_t bits) {
  const bool is_number =
      !decimal.empty() && std::all_of(decimal.begin(), decimal.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number) return {};
  std::vector<std::uint32_t> limbs((bits + 31) / 32);
  for (const char digit : decimal) {
    std::uint64_t carry = static_cast<std::uint64_t>(digit - '0');
    for (auto& limb : limbs) {
      const std::uint64_t product = std::uint64_t{limb} * 10 + carry;
      limb = static_cast<std::uint32_t>(product);
      carry = product >> 32;
    }
  }
  std::vector<bool> result(bits);
  for (std::size_t i = 0; i < bits; ++i) result[i] = (limbs[i / 32] >> (i % 32) & 1U) != 0;
  return result;
}

}  // namespace

std::vector<std::string> DecodePermissions(const std::vector<std::string_view>& features, std::string_view permissions,
                                           std::string_view feature_permission_map) {
  std::vector<std::string> granted;
  if (permissions.empty() || feature_permission_map.empty()) return granted;
  const auto names = encoding::Split(permissions, ',');
  const auto maps = encoding::Split(feature_permission_map, ',');
  for (std::size_t i = 0; i < features.size() && i < maps.size(); ++i) {
    const auto bits = LowBits(encoding::Trim(maps[i]), names.size());
    for (std::size_t k = 0; k < bits.size(); ++k) {
      if (!bits[k]) continue;
      std::string& permission = granted.emplace_back("org:");
      permission.append(features[i]).append(":").append(encoding::Trim(names[k]));
    }
  }
  return granted;
}

}  // namespace clerk::tokens

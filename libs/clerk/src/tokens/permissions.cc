#include "tokens/permissions.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "encoding/text.h"

namespace clerk::tokens {
namespace {

// A decimal number of any size modulo 2^(32 * limbs), least significant limb first; zero if it is not a number. Higher bits
// than there are permissions grant nothing, so the arithmetic's cost is bounded by the length of the claims.
void ReadDecimal(std::string_view decimal, std::vector<std::uint32_t>& limbs) {
  std::fill(limbs.begin(), limbs.end(), 0U);
  if (!std::all_of(decimal.begin(), decimal.end(), [](char c) { return c >= '0' && c <= '9'; })) return;
  for (const char digit : decimal) {
    std::uint64_t carry = static_cast<std::uint64_t>(digit - '0');
    for (auto& limb : limbs) {
      const std::uint64_t product = std::uint64_t{limb} * 10 + carry;
      limb = static_cast<std::uint32_t>(product);
      carry = product >> 32;
    }
  }
}

}  // namespace

std::vector<std::string> DecodePermissions(const std::vector<std::string_view>& features, std::string_view permissions,
                                           std::string_view feature_permission_map) {
  std::vector<std::string> granted;
  if (permissions.empty() || feature_permission_map.empty()) return granted;
  const auto names = encoding::Split(permissions, ',');
  const auto maps = encoding::Split(feature_permission_map, ',');
  std::vector<std::uint32_t> limbs((names.size() + 31) / 32);
  for (std::size_t i = 0; i < features.size() && i < maps.size(); ++i) {
    ReadDecimal(encoding::Trim(maps[i]), limbs);
    for (std::size_t k = 0; k < names.size(); ++k) {
      if ((limbs[k / 32] >> (k % 32) & 1U) == 0) continue;
      std::string& permission = granted.emplace_back("org:");
      permission.append(features[i]).append(":").append(encoding::Trim(names[k]));
    }
  }
  return granted;
}

}  // namespace clerk::tokens

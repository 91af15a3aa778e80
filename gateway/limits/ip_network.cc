#include "gateway/limits/ip_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace inkwell::gateway {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kV4Offset = kMappedPrefix.size();

}  // namespace

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> name{};
  if (text.empty() || text.size() >= name.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), name.begin());
  IpAddress address;
  if (::inet_pton(AF_INET6, name.data(), address.bytes_.data()) == 1) return address;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes_.begin());
  if (::inet_pton(AF_INET, name.data(), address.bytes_.data() + kV4Offset) == 1) return address;
  return std::nullopt;
}

bool IpAddress::is_v4() const { return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin()); }

std::string IpAddress::ToString() const {
  std::array<char, INET6_ADDRSTRLEN> name{};
  const bool v4 = is_v4();
  const void* const from = v4 ? bytes_.data() + kV4Offset : bytes_.data();
  ::inet_ntop(v4 ? AF_INET : AF_INET6, from, name.data(), name.size());
  return name.data();
}

std::string IpAddress::ClientKey() const {
  if (is_v4()) return ToString();
  IpAddress subscriber = *this;
  std::fill(subscriber.bytes_.begin() + 8, subscriber.bytes_.end(), std::uint8_t{0});
  return subscriber.ToString() + "/64";
}

std::optional<IpNetwork> IpNetwork::Parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::Parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  IpNetwork network;
  network.first_ = *address;
  const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  std::size_t length = v4 ? 32 : 128;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const std::size_t longest = length;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (failure != std::errc() || end != digits.data() + digits.size() || length > longest) return std::nullopt;
  }
  network.bits_ = v4 ? 8 * kV4Offset + length : length;
  for (std::size_t bit = network.bits_; bit < 128; ++bit) {
    if ((address->bytes_[bit / 8] >> (7 - bit % 8) & 1) != 0) return std::nullopt;
  }
  return network;
}

bool IpNetwork::Contains(const IpAddress& address) const {
  const std::size_t whole = bits_ / 8;
  if (std::memcmp(first_.bytes_.data(), address.bytes_.data(), whole) != 0) return false;
  const std::size_t rest = bits_ % 8;
  return rest == 0 || (first_.bytes_[whole] ^ address.bytes_[whole]) >> (8 - rest) == 0;
}

}  // namespace inkwell::gateway

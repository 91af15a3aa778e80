#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inkwell::gateway {

// An IPv4 or IPv6 address. IPv4 addresses written as IPv6 ones (::ffff:192.0.2.1) are the IPv4 addresses.
class IpAddress final {
 public:
  // Numeric, without port, zone or brackets; nothing for any other text.
  [[nodiscard]] static std::optional<IpAddress> Parse(std::string_view text);

  [[nodiscard]] std::string ToString() const;
  // The address as the same one client's: an IPv4 address itself, of an IPv6 address the /64 that one subscriber has (RFC 6177).
  [[nodiscard]] std::string ClientKey() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  friend class IpNetwork;
  using Bytes = std::array<std::uint8_t, 16>;
  [[nodiscard]] bool is_v4() const;

  Bytes bytes_{};  // IPv4 as ::ffff:a.b.c.d
};

// A block of addresses (RFC 4632): "10.0.0.0/8", "fd00::/8"; without a length the one address.
class IpNetwork final {
 public:
  // Nothing for any other text, and for an address that has bits beyond the length: it is a mistake more often than not.
  [[nodiscard]] static std::optional<IpNetwork> Parse(std::string_view text);

  [[nodiscard]] bool Contains(const IpAddress& address) const;

 private:
  IpAddress first_;
  std::size_t bits_ = 0;  // of the 128
};

}  // namespace inkwell::gateway

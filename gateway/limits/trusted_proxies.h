#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/limits/ip_network.h"

namespace inkwell::gateway {

struct RequestRecord;

// The proxies in front of the gateway whose word about a request is taken: where it came from (X-Forwarded-For) and by which
// scheme (X-Forwarded-Proto). What anybody else says there is not looked at. Immutable, so thread-safe.
class TrustedProxies final {
 public:
  // Nothing if one of the texts is no address and no block of addresses (ip_network.h).
  [[nodiscard]] static std::optional<TrustedProxies> Parse(std::span<const std::string> blocks);

  [[nodiscard]] bool empty() const { return blocks_.empty(); }

  // The address that the request came from: seen from here, the first one that is no trusted proxy's. Each proxy appends whom it
  // was asked by, so the items are read from the right and only as long as a trusted proxy wrote them; further left stands what
  // a client made up. An item that is no address ends the way: its writer is the last who is known. `peer` is the other end of
  // the connection, `forwarded_for` the X-Forwarded-For fields in order.
  [[nodiscard]] std::string ClientOf(std::string_view peer, std::span<const std::string_view> forwarded_for) const;

  // Puts the client's address and scheme in place of the peer's, if the peer is trusted.
  void Identify(RequestRecord& record) const;

 private:
  [[nodiscard]] bool Trusts(const IpAddress& address) const;

  std::vector<IpNetwork> blocks_;
};

}  // namespace inkwell::gateway

#include "gateway/limits/trusted_proxies.h"

#include <algorithm>

#include "gateway/http/field_list.h"
#include "gateway/http/request_record.h"

namespace inkwell::gateway {
namespace {

// Takes the last item of a comma-separated list off it.
std::string_view PopLast(std::string_view& list) {
  const auto comma = list.rfind(',');
  const std::string_view item = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
  return TrimSpaces(item);
}

// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711": all are written.
std::optional<IpAddress> ParseNode(std::string_view node) {
  if (node.starts_with('[')) {
    const auto close = node.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    return IpAddress::Parse(node.substr(1, close - 1));
  }
  const auto colon = node.find(':');
  if (colon != std::string_view::npos && node.find('.') < colon) node = node.substr(0, colon);
  return IpAddress::Parse(node);
}

std::vector<std::string_view> FieldsNamed(const RequestRecord& record, std::string_view name) {
  std::vector<std::string_view> values;
  for (const FieldView& field : record.fields) {
    if (EqualsIgnoringCase(field.name, name)) values.push_back(field.value);
  }
  return values;
}

}  // namespace

std::optional<TrustedProxies> TrustedProxies::Parse(std::span<const std::string> blocks) {
  TrustedProxies proxies;
  for (const std::string& text : blocks) {
    const auto block = IpNetwork::Parse(text);
    if (!block) return std::nullopt;
    proxies.blocks_.push_back(*block);
  }
  return proxies;
}

bool TrustedProxies::Trusts(const IpAddress& address) const {
  return std::any_of(blocks_.begin(), blocks_.end(), [&](const IpNetwork& block) { return block.Contains(address); });
}

std::string TrustedProxies::ClientOf(std::string_view peer, std::span<const std::string_view> forwarded_for) const {
  auto client = IpAddress::Parse(peer);
  if (!client) return std::string(peer);
  for (auto field = forwarded_for.rbegin(); field != forwarded_for.rend(); ++field) {
    for (std::string_view rest = *field; !rest.empty();) {
      if (!Trusts(*client)) return client->ToString();
      const auto before = ParseNode(PopLast(rest));
      if (!before) return client->ToString();
      client = before;
    }
  }
  return client->ToString();
}

void TrustedProxies::Identify(RequestRecord& record) const {
  const auto peer = IpAddress::Parse(record.client_address);
  if (!peer || !Trusts(*peer)) return;
  record.client_address = ClientOf(record.client_address, FieldsNamed(record, "x-forwarded-for"));
  const auto schemes = FieldsNamed(record, "x-forwarded-proto");
  if (schemes.empty()) return;
  std::string_view scheme = schemes.back();
  record.https = EqualsIgnoringCase(PopLast(scheme), "https");
}

}  // namespace inkwell::gateway

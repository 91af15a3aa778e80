#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace inkwell::gateway {

struct RequestRecord;

// The request as it was framed, before httplib decoded anything. A handle: cheap to copy, and the views it returns live as long
// as any copy of it, so keep a copy while an asynchronous call uses them. Immutable, so usable from any thread.
class RequestInfo final {
 public:
  explicit RequestInfo(std::shared_ptr<const RequestRecord> record) : record_(std::move(record)) {}

  // Ours (32 hex digits), or the client's X-Request-Id when that is 1 to 64 characters of [A-Za-z0-9._-]: safe as gRPC metadata.
  [[nodiscard]] std::string_view request_id() const;
  // When the head was complete.
  [[nodiscard]] std::chrono::steady_clock::time_point received_at() const;
  // When the whole request was there, plus the request timeout: give it to every call made for this request. Some time after it
  // the edge itself answers 504 and a later Reply has no effect.
  [[nodiscard]] std::chrono::steady_clock::time_point deadline() const;
  // Numeric address of the client, without port: the peer's, or what trusted proxies say (EdgeOptions::identify).
  [[nodiscard]] std::string_view client_address() const;
  // Whether the client speaks https, as a trusted proxy says.
  [[nodiscard]] bool https() const;
  [[nodiscard]] std::string_view method() const;
  // Path and query as sent (origin form).
  [[nodiscard]] std::string_view target() const;
  // The matched route's pattern, such as "/api/posts/{id}": for labels and logs. Empty before routing.
  [[nodiscard]] std::string_view route() const;
  // Percent-decoded; empty when the pattern has no such parameter.
  [[nodiscard]] std::string_view PathParameter(std::string_view name) const;

  // The first field of that name (any case), surrounding whitespace removed, otherwise as sent: never percent-decoded. Fields
  // that would be ambiguous twice (Authorization, Content-Type, Expect, Host, Origin …) are single: the edge refuses others.
  [[nodiscard]] std::optional<std::string_view> Header(std::string_view name) const;
  // All fields of that name, in order.
  [[nodiscard]] std::vector<std::string_view> Headers(std::string_view name) const;
  // All fields (name, value), in order, hop-by-hop ones included.
  [[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> AllHeaders() const;

  // The payload with transfer coding removed, at most the route's body limit. Content-Encoding is not undone.
  [[nodiscard]] std::string_view body() const;

 private:
  std::shared_ptr<const RequestRecord> record_;  // also owned by the connection's exchange and by the Reply
};

}  // namespace inkwell::gateway

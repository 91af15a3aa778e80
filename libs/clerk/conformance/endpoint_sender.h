#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/http_client.h"

namespace clerk::conformance {

// A delivery before it is sent: what Svix would send, and whatever a check changes of it.
struct Delivery {
  std::string method = "POST";
  std::vector<HttpHeader> headers;
  std::string body;
};

// Signs and delivers webhooks to an endpoint, as Svix does. Signs with OpenSSL and not with the SDK, so that a mistake in the SDK
// cannot agree with itself. Thread-safe.
class EndpointSender final {
 public:
  EndpointSender(std::string url, std::string secret);
  // Nothing: the secret is not `whsec_` and base64.
  [[nodiscard]] static std::optional<std::string> KeyOf(std::string_view secret);

  // The signature of a message by this sender's secret or another one, with its version: "v1,…".
  [[nodiscard]] std::string Sign(std::string_view id, std::string_view timestamp, std::string_view body) const;
  [[nodiscard]] static std::string SignWith(std::string_view secret, std::string_view id, std::string_view timestamp,
                                            std::string_view body);

  // A signed delivery of the body, made `age` ago. Each has an id of its own.
  [[nodiscard]] Delivery Signed(std::string body, std::chrono::seconds age = std::chrono::seconds(0)) const;

  // The status answered; 0 if there was no answer.
  [[nodiscard]] int Send(const Delivery& delivery) const;

  // A name that no run before has used.
  [[nodiscard]] static std::string FreshId(std::string_view prefix);

 private:
  const std::string url_;
  const std::string secret_;
  const std::shared_ptr<HttpClient> http_;
};

// The value of a header of a delivery, to be changed or removed.
[[nodiscard]] std::string HeaderOf(const Delivery& delivery, std::string_view name);
[[nodiscard]] Delivery With(Delivery delivery, std::string_view name, const std::string& value);
[[nodiscard]] Delivery Without(Delivery delivery, std::string_view name);

}  // namespace clerk::conformance

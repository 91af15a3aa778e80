#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/clock.h"
#include "clerk/http_client.h"
#include "clerk/result.h"
#include "clerk/webhook_event.h"

namespace clerk {

// Which names the signature headers have.
enum class WebhookHeaderNames {
  kSvix,            // svix-id, svix-timestamp, svix-signature: what Clerk sends
  kSvixOrStandard,  // each of them under its name in the Standard Webhooks specification (webhook-id, …) if the svix one is
                    // absent
};

// The three signature headers of a delivery; "" means absent.
struct WebhookHeaders {
  std::string id{};         // the same for every attempt to deliver one message; deduplicate on it
  std::string timestamp{};  // seconds
  std::string signature{};

  // Picks them out of a header list, without regard to case. Several headers of one name are joined by ", ", as HTTP does: two
  // lines of signatures are one list, two ids or timestamps are refused.
  [[nodiscard]] static WebhookHeaders Find(std::span<const HttpHeader> headers,
                                           WebhookHeaderNames names = WebhookHeaderNames::kSvix);
};

struct WebhookVerifierOptions {
  // Signing secrets, `whsec_` and base64. Several while they are rotated: one match suffices.
  std::vector<std::string> secrets{};
  // Largest difference to the clock, both ways; exactly this much passes.
  std::chrono::seconds tolerance{300};
  // A longer body is refused as kWebhookNoMatchingSignature before it is hashed.
  std::size_t max_body_bytes = std::size_t{4} * 1024 * 1024;

  const Clock* clock = nullptr;  // null: Clock::System(); must outlive the verifier
};

// Verifies webhook deliveries (Svix's symmetric scheme v1) and parses them. Thread-safe.
class WebhookVerifier final {
 public:
  // Fails with kWebhookSecretMissing or kWebhookSecretInvalid.
  static Result<WebhookVerifier> Create(WebhookVerifierOptions options);

  WebhookVerifier(WebhookVerifier&&) noexcept;
  WebhookVerifier& operator=(WebhookVerifier&&) noexcept;
  ~WebhookVerifier();

  // `body` must be the request's bytes as received. Answer 400 to any failure: Clerk tries again later.
  [[nodiscard]] Result<WebhookEvent> Verify(const WebhookHeaders& headers, std::string_view body) const;

 private:
  class Impl;
  explicit WebhookVerifier(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

// One verdict without a verifier, with exactly the order of checks of `verifyWebhook` in Clerk's SDKs: missing headers are
// reported before an unusable secret. For tools; a server keeps a WebhookVerifier.
[[nodiscard]] Result<WebhookEvent> VerifyWebhook(const WebhookHeaders& headers, std::string_view body,
                                                 const WebhookVerifierOptions& options);

}  // namespace clerk

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/clock.h"
#include "clerk/http_client.h"
#include "clerk/result.h"
#include "clerk/user.h"

namespace clerk {

// The three signature headers of a delivery; "" means absent.
struct WebhookHeaders {
  std::string_view id{};         // svix-id: the same for every attempt to deliver one message; deduplicate on it
  std::string_view timestamp{};  // svix-timestamp, seconds
  std::string_view signature{};  // svix-signature

  // Picks them out of a header list, without regard to case. Views into `headers`.
  [[nodiscard]] static WebhookHeaders Find(std::span<const HttpHeader> headers);
};

// A verified event. Deliveries come at least once and in any order: what is newer is decided by User::updated_at, not by
// arrival and not by `timestamp`.
struct WebhookEvent {
  std::string type{};                        // "user.created"; "" if the body has none. Unknown types are events too
  std::optional<std::string> instance_id{};  // ins_…, the same as the `kid` of the instance's tokens
  std::optional<std::int64_t> timestamp{};   // as sent: milliseconds by the documentation, seconds in some examples
  std::optional<std::string> data_id{};      // `data.id`, for example the id of a deleted user
  std::string data_json = "null";            // `data`, members sorted, no white space: equal data are equal texts
  std::optional<User> user{};                // of user.created and user.updated, if `data` is a user with an id

  // The user that user.deleted names; nullopt for other events, and if Clerk sent none (answer 2xx and ignore it).
  [[nodiscard]] std::optional<std::string> DeletedUserId() const;
  // `timestamp` as a time, whichever unit was sent.
  [[nodiscard]] std::optional<std::chrono::system_clock::time_point> Time() const;
};

struct WebhookVerifierOptions {
  // Signing secrets, `whsec_` and base64. Several while they are rotated: one match suffices.
  std::vector<std::string> secrets{};
  // Largest difference to the clock, both ways; exactly this much passes.
  std::chrono::seconds tolerance{300};
  // A longer body is refused as kWebhookNoMatchingSignature before it is hashed.
  std::size_t max_body_bytes = 4 * 1024 * 1024;

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

  // `body` must be the request's bytes as received. Answer 400 to any failure.
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

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "runtime/error.h"

namespace inkwell::emulator {

// How one attempt ended: an HTTP status, or 0 and why there is none.
struct AttemptResult {
  int status = 0;
  std::string error;

  [[nodiscard]] bool accepted() const { return status >= 200 && status < 300; }
};

struct SignedWebhook {
  std::string id;
  std::int64_t timestamp_seconds = 0;
  std::string signature;
  std::string body;
};

// Posts webhooks to one URL over one connection, which is kept open. Redirects are not followed (contract 7.4). One thread at a
// time may call Post; Abort is for others.
class WebhookEndpoint final {
 public:
  static constexpr std::chrono::seconds kTimeout{15};

  // http:// or https://. Fails with INVALID_ARGUMENT / WEBHOOK_URL_INVALID.
  [[nodiscard]] static runtime::Result<std::unique_ptr<WebhookEndpoint>> Open(const std::string& url);
  ~WebhookEndpoint();

  // Takes at most about kTimeout. The answer's body is not kept.
  [[nodiscard]] AttemptResult Post(const SignedWebhook& webhook);

  // Ends a Post that is under way, soon. Thread-safe.
  void Abort();

 private:
  struct State;
  explicit WebhookEndpoint(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace inkwell::emulator

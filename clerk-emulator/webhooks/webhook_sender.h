#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/model/state_store.h"
#include "clerk-emulator/webhooks/webhook_endpoint.h"
#include "clerk-emulator/webhooks/webhook_faults.h"
#include "runtime/error.h"

namespace inkwell::emulator {

// Delivers the webhook messages of the store as Svix does (contract 7.4): at least once, in no promised order, with a fresh
// timestamp and signature per attempt under the same svix-id, until a 2xx comes or the retry schedule is used up. What is pending
// outlives a restart. An endpoint that fails everything for five days is disabled: whatever is due then fails without an attempt.
// Thread-safe.
class WebhookSender final {
 public:
  struct Options {
    std::string url;
    std::string key;                                        // bytes, WebhookKey() of the secret
    std::vector<std::chrono::milliseconds> retry_schedule;  // pauses after the first, second… failure
    std::size_t threads = 4;                                // attempts at the same time
  };

  // Listens to the store, which must outlive it. Delivers nothing until Start or DeliverDue. Fails as WebhookEndpoint::Open does.
  [[nodiscard]] static runtime::Result<std::unique_ptr<WebhookSender>> Make(Options options, StateStore& store,
                                                                            const Clock& clock);
  ~WebhookSender();

  // Delivers from threads of its own from now on.
  void Start();

  // Does what is due by the clock, on the caller's thread; returns how many messages it looked at. For tests, instead of Start.
  std::size_t DeliverDue();

  // Holds all deliveries back for the duration, or until Release.
  void Hold(std::chrono::milliseconds duration);
  void Release();
  [[nodiscard]] std::optional<UnixMillis> held_until() const;

  // Delivers the message once more, from the schedule's beginning, with its old svix-id. 404 resource_not_found.
  [[nodiscard]] ClerkResult<WebhookMessage> Replay(const std::string& message_id);

  // What shall go wrong with the next messages.
  void Order(const WebhookFault& fault);
  void ClearFaults();

  // Ends that the endpoint is disabled. What failed meanwhile may be replayed.
  [[nodiscard]] ClerkResult<void> Enable();

  // After the clock has jumped: looks at once at what is due now.
  void Wake() { changed_.notify_all(); }

 private:
  WebhookSender(Options options, StateStore& store, const Clock& clock, std::vector<std::unique_ptr<WebhookEndpoint>> endpoints);

  void Enqueue(std::uint64_t sequence, UnixMillis due);
  // These three: with mutex_ held.
  bool HasDue() const;
  std::optional<std::uint64_t> Claim();
  std::chrono::milliseconds UntilNextDue() const;
  void Work(std::stop_token stop, WebhookEndpoint& endpoint);
  void Attempt(std::uint64_t sequence, WebhookEndpoint& endpoint);
  AttemptResult Send(const WebhookMessage& message, WebhookEndpoint& endpoint) const;
  MessageProgress NextProgress(const MessageProgress& before, const AttemptResult& result) const;
  // `accepted` is what the attempt says about the endpoint; nothing if there was none.
  void Record(const WebhookMessage& message, const MessageProgress& progress, std::optional<bool> accepted);

  const Options options_;
  StateStore& store_;
  const Clock& clock_;
  const std::vector<std::unique_ptr<WebhookEndpoint>> endpoints_;  // one per thread

  WebhookFaults faults_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::set<std::pair<UnixMillis, std::uint64_t>> queue_;  // when which message is due; those being attempted are not in it
  UnixMillis held_until_;
  bool stopping_ = false;
  std::size_t working_ = 0;            // threads that have not ended
  std::vector<std::jthread> workers_;  // last: they end before what they use
};

}  // namespace inkwell::emulator

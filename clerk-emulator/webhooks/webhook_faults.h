#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "clerk-emulator/base/clock.h"

namespace inkwell::emulator {

// What goes wrong with the next messages: never sent; sent twice; sent in the reverse order once all of them are there; sent
// late.
struct WebhookFault {
  enum class Kind : std::uint8_t { kDrop, kDouble, kReorder, kDelay };
  Kind kind = Kind::kDrop;
  std::int64_t messages = 1;          // how many more
  std::chrono::milliseconds delay{};  // of kDelay
};

// What is ordered to go wrong with webhooks. Messages already there are not touched. Thread-safe.
class WebhookFaults final {
 public:
  using Due = std::pair<UnixMillis, std::uint64_t>;  // when which message is to be sent
  enum class Fate : std::uint8_t { kOnce, kTwice, kNever };

  void Add(WebhookFault fault);
  // Forgets what is ordered; returns the messages that were waiting for others.
  [[nodiscard]] std::vector<Due> Clear(UnixMillis now);

  // For a new message that is due: what is to be sent when. Nothing while it waits for others.
  [[nodiscard]] std::vector<Due> Plan(std::uint64_t sequence, UnixMillis due);

  // Of a message that is about to be sent for the first time; its retries are as usual.
  [[nodiscard]] Fate Take(std::uint64_t sequence);

 private:
  std::mutex mutex_;
  std::vector<WebhookFault> faults_;
  std::vector<std::uint64_t> waiting_;
  std::set<std::uint64_t> dropped_;
  std::set<std::uint64_t> doubled_;
};

}  // namespace inkwell::emulator

#include "clerk-emulator/webhooks/webhook_faults.h"

#include <algorithm>

namespace inkwell::emulator {
namespace {

// Between two messages in the wrong order: enough that threads that send at the same time do not put it right.
constexpr std::chrono::milliseconds kSpacing{100};

std::vector<WebhookFaults::Due> Reversed(const std::vector<std::uint64_t>& sequences, UnixMillis due) {
  std::vector<WebhookFaults::Due> reversed;
  for (auto sequence = sequences.rbegin(); sequence != sequences.rend(); ++sequence) {
    reversed.emplace_back(due, *sequence);
    due = due + kSpacing;
  }
  return reversed;
}

}  // namespace

void WebhookFaults::Add(WebhookFault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(fault);
}

std::vector<WebhookFaults::Due> WebhookFaults::Clear(UnixMillis now) {
  const std::lock_guard lock(mutex_);
  auto waiting = Reversed(waiting_, now);
  faults_.clear();
  waiting_.clear();
  dropped_.clear();
  doubled_.clear();
  return waiting;
}

std::vector<WebhookFaults::Due> WebhookFaults::Plan(std::uint64_t sequence, UnixMillis due) {
  const std::lock_guard lock(mutex_);
  if (faults_.empty()) return {{due, sequence}};
  auto& fault = faults_.front();
  std::vector<Due> planned = {{due, sequence}};
  const bool last = --fault.messages <= 0;
  switch (fault.kind) {
    case WebhookFault::Kind::kDrop:
      dropped_.insert(sequence);
      break;
    case WebhookFault::Kind::kDouble:
      doubled_.insert(sequence);
      break;
    case WebhookFault::Kind::kDelay:
      planned.front().first = due + fault.delay;
      break;
    case WebhookFault::Kind::kReorder:
      waiting_.push_back(sequence);
      planned.clear();
      if (last) planned = Reversed(std::exchange(waiting_, {}), due);
      break;
  }
  if (last) faults_.erase(faults_.begin());
  return planned;
}

WebhookFaults::Fate WebhookFaults::Take(std::uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  if (dropped_.erase(sequence) > 0) return Fate::kNever;
  return doubled_.erase(sequence) > 0 ? Fate::kTwice : Fate::kOnce;
}

}  // namespace inkwell::emulator

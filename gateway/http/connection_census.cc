#include "gateway/http/connection_census.h"

namespace inkwell::gateway {
namespace {

// Connections beyond the limit that may exist while they are told so.
constexpr std::size_t kRefusing = 256;

}  // namespace

ConnectionCensus::Admission ConnectionCensus::Enter(const std::string& address) {
  const std::size_t before = open_.fetch_add(1, std::memory_order_relaxed);
  if (before >= total_ + kRefusing) {
    open_.fetch_sub(1, std::memory_order_relaxed);
    return Admission::kOverrun;
  }
  if (per_address_ > 0) {
    const std::lock_guard lock(mutex_);
    if (by_address_[address]++ >= per_address_) return Admission::kAddressFull;
  }
  return before >= total_ ? Admission::kFull : Admission::kAdmitted;
}

void ConnectionCensus::Leave(const std::string& address) {
  if (per_address_ > 0) {
    const std::lock_guard lock(mutex_);
    const auto found = by_address_.find(address);
    if (found != by_address_.end() && --found->second == 0) by_address_.erase(found);
  }
  if (open_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  // Taken, so that a waiter is either before its test or asleep.
  const std::lock_guard lock(mutex_);
  empty_.notify_all();
}

bool ConnectionCensus::WaitUntilEmpty(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return empty_.wait_until(lock, deadline, [&] { return open_.load(std::memory_order_acquire) == 0; });
}

}  // namespace inkwell::gateway

#include "user-sync-service/instance_check.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "runtime/log.h"
#include "user-sync-service/clerk_users.h"
#include "user-sync-service/reasons.h"

namespace inkwell::users {

using runtime::Error;
using runtime::Result;

Result<bool> CheckSecretKey(ClerkInstance& clerk, InstancePin& pin, runtime::Deadline deadline) {
  const auto instance = clerk.InstanceId(deadline);
  // An API that will never tell its instance leaves nothing to compare.
  if (!instance) return instance.error().metadata.contains(kClerkStatusMetadata);
  auto compared = pin.Compare(*instance, deadline);
  if (!compared) return tl::unexpected<Error>(std::move(compared).error());
  return true;
}

InstanceCheck::InstanceCheck(ClerkInstance& clerk, InstancePin& pin, std::function<void()> on_mismatch, Options options)
    : clerk_(clerk),
      pin_(pin),
      on_mismatch_(std::move(on_mismatch)),
      options_(options),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void InstanceCheck::Run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  while (!stop.stop_requested()) {
    const auto checked = CheckSecretKey(clerk_, pin_, runtime::DeadlineAfter(options_.timeout));
    if (checked && *checked) return;
    if (!checked && checked.error().reason == reason::kInstanceMismatch) {
      on_mismatch_();
      return;
    }
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, options_.pause, [] { return false; });
  }
}

}  // namespace inkwell::users

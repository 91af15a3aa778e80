#include "user-sync-service/instance_check.h"

#include <condition_variable>
#include <mutex>

#include "user-sync-service/reasons.h"

namespace inkwell::users {

InstanceCheck::InstanceCheck(InstancePin& pin, Options options)
    : pin_(pin), options_(options), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void InstanceCheck::Run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  while (!stop.stop_requested()) {
    const auto judged = pin_.JudgeKey(runtime::DeadlineAfter(options_.timeout));
    if (judged ? *judged != KeyStanding::kOpen : judged.error().reason == reason::kInstanceMismatch) return;
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, options_.pause, [] { return false; });
  }
}

}  // namespace inkwell::users

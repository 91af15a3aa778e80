#include "user-sync-service/instance_check.h"

#include "runtime/pause.h"
#include "user-sync-service/reasons.h"

namespace inkwell::users {

InstanceCheck::InstanceCheck(InstancePin& pin, Options options)
    : pin_(pin), options_(options), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void InstanceCheck::Run(const std::stop_token& stop) {
  do {
    const auto judged = pin_.JudgeKey(runtime::DeadlineAfter(options_.timeout));
    if (judged ? *judged != KeyStanding::kOpen : judged.error().reason == reason::kInstanceMismatch) return;
  } while (runtime::Pause(stop, options_.pause));
}

}  // namespace inkwell::users

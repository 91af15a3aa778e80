#include "user-sync-service/upkeep.h"

#include <algorithm>

#include "runtime/pause.h"

namespace inkwell::users {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTimeout{10'000};
constexpr std::chrono::milliseconds kTick{1000};

}  // namespace

Upkeep::Upkeep(ClerkUsers* clerk, UserRepository& copy, CopyState& state, Backfill* backfill, Metrics& metrics, Options options)
    : clerk_(clerk),
      copy_(copy),
      state_(state),
      backfill_(backfill),
      metrics_(metrics),
      options_(options),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void Upkeep::Run(const std::stop_token& stop) {
  auto next_look = steady_clock::now();
  do {
    metrics_.UpdateWebhookAge();
    if (clerk_ != nullptr && steady_clock::now() >= next_look) {
      Look(stop);
      next_look = steady_clock::now() + options_.look;
    }
  } while (runtime::Pause(stop, std::min(kTick, options_.look)));
}

void Upkeep::Look(const std::stop_token& stop) {
  MeasureDrift();
  if (backfill_ == nullptr || !IsDue()) return;
  // What comes of it is logged and counted by the run itself.
  const auto result = backfill_->Run({.resume_token = {}, .delete_missing = options_.reconcile_delete}, stop,
                                     [this](const BackfillProgress&) { metrics_.UpdateWebhookAge(); });
  if (result) {
    MeasureDrift();
  } else {
    not_before_ = steady_clock::now() + options_.after_failure;
  }
}

void Upkeep::MeasureDrift() {
  const auto at_clerk = clerk_->Count(runtime::DeadlineAfter(kTimeout));
  if (!at_clerk) return;
  const auto here = copy_.Count(runtime::DeadlineAfter(kTimeout));
  if (here) metrics_.SetDrift(*at_clerk - *here);
}

// The first interval begins with the copy, not with the program, which may be restarted more often; after that, with the end of
// the last run.
bool Upkeep::IsDue() {
  if (options_.reconcile_interval.count() == 0 || steady_clock::now() < not_before_) return false;
  const auto since = state_.SinceBackfill(runtime::DeadlineAfter(kTimeout));
  return since && *since >= options_.reconcile_interval;
}

}  // namespace inkwell::users

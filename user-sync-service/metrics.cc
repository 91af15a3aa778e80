#include "user-sync-service/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace inkwell::users {
namespace {

constexpr std::array<const char*, 4> kVerdictNames{"applied", "unchanged", "older", "tombstoned"};
constexpr std::array<const char*, 5> kOutcomeNames{"stored", "not_needed", "unknown", "unavailable", "not_stored"};
constexpr std::array<const char*, 7> kQueueNames{"events", "reads", "lists", "clerk", "profiles", "instance", "backfill"};
constexpr std::array kMethodNames{"GetUser",         "ListUsers",     "ApplyUserEvent", "BatchApplyUserEvents",
                                  "WatchUsers",      "UpdateUser",    "DeleteUser",     "CreateTemplateToken",
                                  "ConfirmInstance", "BackfillUsers", "ExplainUser"};

template <typename E>
std::size_t IndexOf(E value) {
  return static_cast<std::size_t>(value);
}

}  // namespace

const char* MethodName(Method method) { return kMethodNames.at(IndexOf(method)); }

Metrics::Metrics(prometheus::Registry& registry) : calls_(registry, "users", kMethodNames) {
  auto& verdicts = prometheus::BuildCounter()
                       .Name("inkwell_user_events_total")
                       .Help("Events applied to the copy of the users, by verdict")
                       .Register(registry);
  for (std::size_t i = 0; i < verdicts_.size(); ++i) verdicts_[i] = &verdicts.Add({{"verdict", kVerdictNames[i]}});

  auto& fetches = prometheus::BuildCounter()
                      .Name("inkwell_clerk_fetches_total")
                      .Help("Users fetched from Clerk's Backend API, by outcome")
                      .Register(registry);
  for (std::size_t i = 0; i < fetches_.size(); ++i) fetches_[i] = &fetches.Add({{"outcome", kOutcomeNames[i]}});

  auto& depth =
      prometheus::BuildGauge().Name("inkwell_users_queue_depth").Help("Calls that wait for a worker").Register(registry);
  auto& batch_size =
      prometheus::BuildHistogram().Name("inkwell_users_batch_size").Help("Calls that a worker took together").Register(registry);
  auto& refused = prometheus::BuildCounter()
                      .Name("inkwell_users_refused_total")
                      .Help("Calls refused because too much was waiting")
                      .Register(registry);
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    const prometheus::Labels labels{{"queue", kQueueNames[i]}};
    queues_[i] = {&depth.Add(labels),
                  &batch_size.Add(labels, prometheus::Histogram::BucketBoundaries{1, 2, 4, 8, 16, 32, 64, 128, 256}),
                  &refused.Add(labels)};
  }

  const auto gauge = [&](const char* name, const char* help) {
    return &prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  };
  watch_streams_ = gauge("inkwell_watch_streams", "Open WatchUsers streams");
  webhook_age_ =
      gauge("inkwell_users_last_webhook_age_seconds", "Time since this process last got a webhook's event, or since it started");
  drift_ = gauge("inkwell_users_drift", "Clerk's count of users minus ours, looked at once a minute");
  missing_ =
      gauge("inkwell_users_missing", "Users of the copy that Clerk did not have at the last backfill, and that were not deleted");
  backfill_time_ = gauge("inkwell_users_backfill_timestamp_seconds", "When this process last finished a backfill");
}

void Metrics::CountVerdict(Verdict verdict) { verdicts_[IndexOf(verdict)]->Increment(); }

void Metrics::CountFetch(FetchOutcome outcome) { fetches_[IndexOf(outcome)]->Increment(); }

void Metrics::CountCall(Method method, std::optional<runtime::Code> code, std::chrono::steady_clock::duration took) {
  calls_.Count(IndexOf(method), code, took);
}

void Metrics::CountQueued(WorkQueue queue, std::size_t calls) {
  queues_[IndexOf(queue)].depth->Increment(static_cast<double>(calls));
}

void Metrics::CountRefused(WorkQueue queue, std::size_t calls) {
  const QueueMetrics& metrics = queues_[IndexOf(queue)];
  metrics.depth->Decrement(static_cast<double>(calls));
  metrics.refused->Increment(static_cast<double>(calls));
}

void Metrics::CountTaken(WorkQueue queue, std::size_t calls) {
  const QueueMetrics& metrics = queues_[IndexOf(queue)];
  metrics.depth->Decrement(static_cast<double>(calls));
  metrics.batch_size->Observe(static_cast<double>(calls));
}

void Metrics::SetWatchStreams(std::size_t count) { watch_streams_->Set(static_cast<double>(count)); }

void Metrics::MarkWebhook() { last_webhook_.store(std::chrono::steady_clock::now(), std::memory_order_relaxed); }

void Metrics::UpdateWebhookAge() {
  const auto age = std::chrono::steady_clock::now() - last_webhook_.load(std::memory_order_relaxed);
  webhook_age_->Set(std::chrono::duration<double>(age).count());
}

void Metrics::SetDrift(std::int64_t clerk_minus_ours) { drift_->Set(static_cast<double>(clerk_minus_ours)); }

void Metrics::SetBackfill(std::int64_t missing) {
  missing_->Set(static_cast<double>(missing));
  backfill_time_->SetToCurrentTime();
}

}  // namespace inkwell::users

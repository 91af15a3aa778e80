#include "posts-service/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <string>

#include "runtime/call_metrics.h"

namespace inkwell::posts {
namespace {

constexpr std::array kMethods{"CreatePost",         "GetPost",    "ListPosts", "UpdatePost", "DeletePost",
                              "ListPublishedPosts", "ExportPosts"};
constexpr std::array kQueues{"writes", "reads", "searches", "heavy_lists", "exports"};
constexpr std::array kOutcomes{"confirmed", "not_found", "remembered", "users_unavailable", "database_unavailable", "overloaded"};

template <typename Enum>
std::size_t Index(Enum value) {
  return static_cast<std::size_t>(value);
}

double Seconds(std::chrono::steady_clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

struct Metrics::Series {
  explicit Series(prometheus::Registry& registry)
      : calls(registry, "posts", kMethods),
        applied(prometheus::BuildCounter()
                    .Name("inkwell_posts_author_changes_applied_total")
                    .Help("Users of the change stream whose effect was stored")
                    .Register(registry)
                    .Add({})),
        lag(prometheus::BuildGauge()
                .Name("inkwell_posts_authors_lag_seconds")
                .Help("Age of the last change of a user when its effect was stored")
                .Register(registry)
                .Add({})),
        caught_up(prometheus::BuildGauge()
                      .Name("inkwell_posts_authors_caught_up")
                      .Help("1 while the change stream of the users is followed and has nothing more to send")
                      .Register(registry)
                      .Add({})) {
    auto& batches_family =
        prometheus::BuildHistogram().Name("inkwell_posts_batch_size").Help("Requests taken together").Register(registry);
    auto& depth_family = prometheus::BuildGauge()
                             .Name("inkwell_posts_queue_depth")
                             .Help("Requests waiting for a database worker")
                             .Register(registry);
    auto& refused_family = prometheus::BuildCounter()
                               .Name("inkwell_posts_refused_total")
                               .Help("Requests refused because too much was waiting")
                               .Register(registry);
    for (std::size_t q = 0; q < kQueues.size(); ++q) {
      batches.at(q) =
          &batches_family.Add({{"queue", kQueues.at(q)}}, prometheus::Histogram::BucketBoundaries{1, 2, 4, 8, 16, 32, 64, 128});
      depths.at(q) = &depth_family.Add({{"queue", kQueues.at(q)}});
      refused.at(q) = &refused_family.Add({{"queue", kQueues.at(q)}});
    }
    auto& admissions_family = prometheus::BuildCounter()
                                  .Name("inkwell_posts_author_admissions_total")
                                  .Help("How requests of unknown authors ended")
                                  .Register(registry);
    for (std::size_t o = 0; o < kOutcomes.size(); ++o) admissions.at(o) = &admissions_family.Add({{"outcome", kOutcomes.at(o)}});
  }

  runtime::CallMetrics calls;
  std::array<prometheus::Histogram*, kQueues.size()> batches{};
  std::array<prometheus::Gauge*, kQueues.size()> depths{};
  std::array<prometheus::Counter*, kQueues.size()> refused{};
  std::array<prometheus::Counter*, kOutcomes.size()> admissions{};
  prometheus::Counter& applied;
  prometheus::Gauge& lag;
  prometheus::Gauge& caught_up;
};

Metrics::Metrics(prometheus::Registry& registry) : series_(std::make_unique<Series>(registry)) {}
Metrics::~Metrics() = default;

void Metrics::CallDone(Method method, std::optional<runtime::Code> code, std::chrono::steady_clock::duration took) {
  series_->calls.Count(Index(method), code, took);
}

void Metrics::Queued(QueueName queue) { series_->depths.at(Index(queue))->Increment(); }

void Metrics::Refused(QueueName queue) {
  series_->depths.at(Index(queue))->Decrement();
  series_->refused.at(Index(queue))->Increment();
}

void Metrics::BatchTaken(QueueName queue, std::size_t taken) {
  series_->depths.at(Index(queue))->Decrement(static_cast<double>(taken));
  series_->batches.at(Index(queue))->Observe(static_cast<double>(taken));
}

void Metrics::Admission(AdmissionOutcome outcome) { series_->admissions.at(Index(outcome))->Increment(); }

void Metrics::ChangesApplied(std::size_t users, std::optional<std::chrono::microseconds> lag) {
  series_->applied.Increment(static_cast<double>(users));
  if (lag) series_->lag.Set(Seconds(*lag));
}

void Metrics::CaughtUp(bool caught_up) { series_->caught_up.Set(caught_up ? 1 : 0); }

}  // namespace inkwell::posts

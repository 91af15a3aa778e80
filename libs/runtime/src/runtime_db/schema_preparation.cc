#include "runtime_db/schema_preparation.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "runtime/log.h"

namespace inkwell::runtime {
namespace {

// A migration that takes longer than an attempt is rolled back and tried again with twice the time. The first attempts are short
// because the end of the program waits for the one under way.
constexpr std::chrono::milliseconds kFirstAttempt{10'000};
constexpr std::chrono::milliseconds kLongestAttempt{20 * 60'000};
constexpr std::chrono::milliseconds kPause{500};

bool MayPass(const Error& error) {
  // The schema's owner migrates, beside this program or before it.
  const bool is_others_work = error.reason == "MIGRATION_PENDING";
  return is_others_work || error.code == Code::kUnavailable || error.code == Code::kDeadlineExceeded ||
         error.code == Code::kAborted;
}

}  // namespace

SchemaPreparation::SchemaPreparation(std::function<Result<void>(Deadline)> prepare, std::function<void()> ready,
                                     std::function<void()> failed)
    : prepare_(std::move(prepare)),
      ready_(std::move(ready)),
      failed_(std::move(failed)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void SchemaPreparation::Run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::chrono::milliseconds attempt = kFirstAttempt;
  for (bool worth_a_word = true; !stop.stop_requested(); worth_a_word = false) {
    const auto prepared = prepare_(DeadlineAfter(attempt));
    if (prepared) {
      log::Info("schema is up to date");
      ready_();
      return;
    }
    if (!MayPass(prepared.error())) {
      log::Error("schema cannot be brought up to date",
                 {{"reason", prepared.error().reason}, {"detail", prepared.error().message}});
      failed_();
      return;
    }
    if (worth_a_word) log::Warn("waiting for the database", {{"reason", prepared.error().reason}});
    if (prepared.error().code == Code::kDeadlineExceeded) attempt = std::min(2 * attempt, kLongestAttempt);
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, kPause, [] { return false; });
  }
}

}  // namespace inkwell::runtime

#include "runtime_db/schema_preparation.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "runtime/log.h"
#include "runtime/pause.h"

namespace inkwell::runtime {
namespace {

// A migration that takes longer than an attempt is rolled back and tried again with twice the time. The first attempts are short
// because the end of the program waits for the one under way.
constexpr std::chrono::milliseconds kFirstAttempt{10'000};
constexpr std::chrono::milliseconds kLongestAttempt{20 * 60'000};
constexpr std::chrono::milliseconds kPause{500};
constexpr std::chrono::milliseconds kPauseForTheOwner{5000};

// The schema's owner migrates, beside this program or before it.
bool IsTheOwnersWork(const Error& error) { return error.reason == "MIGRATION_PENDING"; }

bool MayPass(const Error& error) {
  return IsTheOwnersWork(error) || error.code == Code::kUnavailable || error.code == Code::kDeadlineExceeded ||
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
  std::chrono::milliseconds attempt = kFirstAttempt;
  std::string said;
  while (!stop.stop_requested()) {
    const auto prepared = prepare_(DeadlineAfter(attempt));
    if (prepared) {
      log::Info("schema is up to date");
      ready_();
      return;
    }
    const Error& error = prepared.error();
    if (!MayPass(error)) {
      log::Error("schema cannot be brought up to date", {{"reason", error.reason}, {"detail", error.message}});
      failed_();
      return;
    }
    if (error.reason != said) log::Warn("waiting for the schema", {{"reason", error.reason}, {"detail", error.message}});
    said = error.reason;
    if (error.code == Code::kDeadlineExceeded) attempt = std::min(2 * attempt, kLongestAttempt);
    Pause(stop, IsTheOwnersWork(error) ? kPauseForTheOwner : kPause);
  }
}

}  // namespace inkwell::runtime

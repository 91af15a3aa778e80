#include "runtime_db/schema_preparation.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "runtime/log.h"

namespace inkwell::runtime {
namespace {

constexpr std::chrono::milliseconds kAttempt{10'000};
constexpr std::chrono::milliseconds kPause{500};

bool MayPass(const Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kDeadlineExceeded || error.code == Code::kAborted;
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
  for (bool worth_a_word = true; !stop.stop_requested(); worth_a_word = false) {
    const auto prepared = prepare_(DeadlineAfter(kAttempt));
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
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, kPause, [] { return false; });
  }
}

}  // namespace inkwell::runtime

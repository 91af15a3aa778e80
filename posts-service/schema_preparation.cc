#include "posts-service/schema_preparation.h"

#include <chrono>
#include <utility>

#include "posts-service/migrations.h"
#include "posts-service/pause.h"
#include "runtime/deadline.h"
#include "runtime/error.h"
#include "runtime/log.h"
#include "runtime_db/database.h"
#include "runtime_db/migrator.h"

namespace inkwell::posts {
namespace {

using runtime::Code;
namespace log = runtime::log;

constexpr std::chrono::milliseconds kAttempt{10'000};
constexpr std::chrono::milliseconds kPause{500};

bool MayPass(const runtime::Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kDeadlineExceeded || error.code == Code::kAborted;
}

}  // namespace

SchemaPreparation::SchemaPreparation(runtime::Database& database, std::function<void()> ready, std::function<void()> failed)
    : database_(database),
      ready_(std::move(ready)),
      failed_(std::move(failed)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void SchemaPreparation::Run(const std::stop_token& stop) {
  for (bool worth_a_word = true; !stop.stop_requested(); worth_a_word = false) {
    const auto applied = runtime::Migrate(database_, "posts", Migrations(), runtime::DeadlineAfter(kAttempt));
    if (applied) {
      log::Info("schema is up to date", {{"applied", *applied}});
      ready_();
      return;
    }
    if (!MayPass(applied.error())) {
      log::Error("schema cannot be brought up to date",
                 {{"reason", applied.error().reason}, {"detail", applied.error().message}});
      failed_();
      return;
    }
    if (worth_a_word) log::Warn("waiting for the database", {{"reason", applied.error().reason}});
    Pause(stop, kPause);
  }
}

}  // namespace inkwell::posts

#include "user-sync-service/schema_preparation.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <span>
#include <utility>

#include "embedded_file.h"
#include "runtime/deadline.h"
#include "runtime/log.h"
#include "runtime_db/database.h"
#include "runtime_db/migrator.h"
#include "user-sync-service/postgres_user_repository.h"

namespace inkwell::users {

std::span<const EmbeddedFile> Migrations();  // generated (CMakeLists.txt)

namespace {

using runtime::Code;
using runtime::Error;
using runtime::Result;
namespace log = runtime::log;

constexpr std::chrono::milliseconds kAttempt{10000};
constexpr std::chrono::milliseconds kPause{500};

bool MayPass(const Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kDeadlineExceeded || error.code == Code::kAborted;
}

}  // namespace

SchemaPreparation::SchemaPreparation(runtime::Database& database, PostgresUserRepository& repository, std::function<void()> ready,
                                     std::function<void()> failed)
    : database_(database),
      repository_(repository),
      ready_(std::move(ready)),
      failed_(std::move(failed)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void SchemaPreparation::Run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  for (bool worth_a_word = true; !stop.stop_requested(); worth_a_word = false) {
    const auto prepared = Prepare();
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

Result<void> SchemaPreparation::Prepare() {
  const auto deadline = runtime::DeadlineAfter(kAttempt);
  const auto applied = runtime::Migrate(database_, "users", Migrations(), deadline);
  if (!applied) return tl::unexpected<Error>(applied.error());
  const auto restamped = repository_.RestampRestoredChanges(deadline);
  if (!restamped) return tl::unexpected<Error>(restamped.error());
  if (*restamped > 0) log::Warn("restored from another cluster: changes stamped anew", {{"users", *restamped}});
  return {};
}

}  // namespace inkwell::users

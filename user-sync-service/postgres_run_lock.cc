#include "user-sync-service/postgres_run_lock.h"

#include <poll.h>

#include <string_view>
#include <utility>

#include "runtime/deadline.h"
#include "user-sync-service/libpq.h"
#include "user-sync-service/reasons.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Deadline;
using runtime::Fail;
using runtime::Result;

constexpr std::chrono::milliseconds kPatience{3000};
constexpr char kTryLock[] = "SELECT pg_try_advisory_lock(hashtextextended('inkwell.users.backfill', 0))";

// The one result of a statement; null if the connection broke or the deadline passed.
ResultPtr Ask(PGconn* connection, const char* sql, Deadline deadline) {
  if (PQsendQuery(connection, sql) != 1) return nullptr;
  while (PQisBusy(connection) == 1) {
    pollfd socket{PQsocket(connection), POLLIN, 0};
    const auto left = static_cast<int>(runtime::TimeLeft(deadline).count());
    if (left == 0 || poll(&socket, 1, left) <= 0 || PQconsumeInput(connection) != 1) return nullptr;
  }
  return ResultPtr(PQgetResult(connection));
}

class Lease final : public RunLease {
 public:
  explicit Lease(ConnectionPtr connection) : connection_(std::move(connection)) {}

  // Reads what has arrived: the end of the connection, if that is what has.
  bool Held() override { return PQconsumeInput(connection_.get()) == 1 && PQstatus(connection_.get()) == CONNECTION_OK; }

 private:
  const ConnectionPtr connection_;
};

}  // namespace

Result<std::unique_ptr<RunLease>> PostgresRunLock::TryAcquire() {
  auto connection = Connect(url_, "user-sync-service backfill");
  const ResultPtr answer = connection ? Ask(connection.get(), kTryLock, runtime::DeadlineAfter(kPatience)) : nullptr;
  if (answer == nullptr || PQresultStatus(answer.get()) != PGRES_TUPLES_OK) {
    return Fail(Code::kUnavailable, reason::kDatabaseUnavailable, "The database is not available. Try again.");
  }
  if (std::string_view(PQgetvalue(answer.get(), 0, 0)) != "t") return nullptr;
  return std::make_unique<Lease>(std::move(connection));
}

}  // namespace inkwell::users

#include "runtime_db/database.h"

#include "connection_string.h"
#include "pool.h"
#include "runtime/log.h"

namespace inkwell::runtime {
namespace {

constexpr Statement kPing{"ping", "SELECT 1", 0, 1};

Result<void> InTransaction(Session& session, const std::function<Result<void>(Connection&)>& work) {
  if (Result<void> begun = session.Begin(); !begun) return begun;
  Result<void> done = work(session);
  if (done) return session.Commit();
  session.Rollback();
  return done;
}

}  // namespace

struct Database::State {
  Pool pool;
};

Result<std::unique_ptr<Database>> Database::Create(const DatabaseOptions& options) {
  Result<std::string> connection_string = CompleteConnectionString(options);
  if (!connection_string) return tl::unexpected<Error>(std::move(connection_string).error());
  std::unique_ptr<State> state(
      new State{Pool(*std::move(connection_string), static_cast<std::size_t>(options.connections), options.metrics)});
  return std::unique_ptr<Database>(new Database(std::move(state)));
}

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}

Database::~Database() = default;

Result<void> Database::RunErased(Deadline deadline, bool transaction, const std::function<Result<void>(Connection&)>& work) {
  Result<std::unique_ptr<Session>> session = state_->pool.Lease(deadline);
  if (!session) return tl::unexpected<Error>(std::move(session).error());
  Result<void> outcome;
  try {
    outcome = transaction ? InTransaction(**session, work) : work(**session);
  } catch (const std::exception&) {
    // Work does not throw by contract; memory may still run out. The session must get back either way.
    log::Error("database work threw an exception");
    (*session)->Rollback();
    outcome = Fail(Code::kInternal, "INTERNAL", "The database work failed.");
  }
  state_->pool.Return(*std::move(session));
  return outcome;
}

bool Database::Ping(std::chrono::milliseconds timeout) {
  return Run<Rows>(DeadlineAfter(timeout), [](Connection& connection) { return connection.Execute(kPing); }).has_value();
}

}  // namespace inkwell::runtime

#include "session.h"

#include <poll.h>
#include <soci/postgresql/soci-postgresql.h>
#include <sys/socket.h>

#include <charconv>

#include "runtime/log.h"
#include "sqlstate.h"

namespace inkwell::runtime {
namespace {

PGconn* PgConnectionOf(soci::session& sql) { return static_cast<soci::postgresql_session_backend*>(sql.get_backend())->conn_; }

soci::details::postgresql_result& ResultOf(soci::statement& statement) {
  return static_cast<soci::postgresql_statement_backend*>(statement.get_backend())->result_;
}

std::size_t CellSize(const PGresult& result, int row, int column) {
  return static_cast<std::size_t>(PQgetlength(&result, row, column));
}

std::int64_t ChangedRows(PGresult& result) {
  const std::string_view text = PQcmdTuples(&result);
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

tl::unexpected<Error> DeadlinePassed() {
  return Fail(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", "The deadline passed before the statement could run.");
}

bool HasReadableSocket(PGconn* connection) {
  pollfd socket{PQsocket(connection), POLLIN, 0};
  return poll(&socket, 1, 0) != 0;
}

}  // namespace

tl::expected<std::unique_ptr<Session>, std::string> Session::Open(const std::string& connection_string, Watchdog& watchdog) {
  try {
    return std::unique_ptr<Session>(new Session(connection_string, watchdog));
  } catch (const std::exception& exception) {
    return tl::unexpected<std::string>(exception.what());
  }
}

Session::Session(const std::string& connection_string, Watchdog& watchdog)
    : sql_(soci::postgresql, connection_string),
      connection_(PgConnectionOf(sql_)),
      watchdog_(watchdog),
      watched_(watchdog.Watch(connection_)) {
  PQsetNoticeProcessor(
      connection_, [](void*, const char*) {}, nullptr);
}

Session::~Session() {
  watchdog_.Forget(watched_);
  // SOCI deallocates each statement with a round trip; on a connection that may be dead these must fail at once.
  if (!IsReusable()) ::shutdown(PQsocket(connection_), SHUT_RDWR);
}

Result<Rows> Session::Execute(const Statement& statement, std::initializer_list<Parameter> parameters) {
  if (Result<void> check = CheckCall(statement, parameters); !check) return tl::unexpected<Error>(std::move(check).error());
  Result<Prepared*> prepared = Prepare(statement);
  if (!prepared) return tl::unexpected<Error>(std::move(prepared).error());
  std::size_t index = 0;
  for (const Parameter& parameter : parameters) {
    (*prepared)->input_nulls[index] = parameter.value() ? soci::i_ok : soci::i_null;
    if (parameter.value()) (*prepared)->inputs[index] = *parameter.value();
    ++index;
  }
  try {
    (*prepared)->statement.execute(false);
  } catch (const std::exception&) {
    // The exception says little: SOCI 4.0 looks for the parameter's name to report it, finds none for `$1`, and throws
    // out_of_range. It also leaves each parameter's buffer to be overwritten, and so lost, by the next execution.
    for (soci::details::use_type_base* use : (*prepared)->uses) use->post_use(false);
    return Failed(statement.name, ResultOf((*prepared)->statement).get_result());
  }
  Result<Rows> rows = ReadRows(statement, *ResultOf((*prepared)->statement).get_result());
  // SOCI would keep the result until the statement's next execution: the largest page that each statement of each connection ever
  // read last.
  ResultOf((*prepared)->statement).reset();
  return rows;
}

Result<void> Session::CheckCall(const Statement& statement, std::initializer_list<Parameter> parameters) const {
  if (std::chrono::steady_clock::now() >= deadline_) return DeadlinePassed();
  if (parameters.size() != static_cast<std::size_t>(statement.parameters)) {
    log::Error("statement called with a wrong number of parameters", {{"statement", statement.name}});
    return Fail(Code::kInternal, "INTERNAL", "The database refused the statement.");
  }
  for (const Parameter& parameter : parameters) {
    // SOCI copies with strcpy: it would store what stands before the NUL.
    if (parameter.value() && parameter.value()->find('\0') != std::string::npos) {
      return Fail(Code::kInvalidArgument, "INVALID_TEXT", "A text holds the character U+0000.", {{"sqlstate", "22021"}});
    }
  }
  return {};
}

Result<Session::Prepared*> Session::Prepare(const Statement& statement) {
  std::unique_ptr<Prepared>& slot = prepared_[&statement];
  // The text is compared for the case that the address belongs to another statement now, one that was not static.
  if (slot && slot->text == statement.sql) return slot.get();
  slot.reset();
  try {
    auto prepared = std::make_unique<Prepared>(sql_, statement);
    prepared->statement.alloc();
    prepared->statement.prepare(prepared->text, soci::details::st_repeatable_query);
    for (std::size_t i = 0; i < prepared->inputs.size(); ++i) {
      soci::details::use_type_ptr use(new soci::details::use_type<std::string>(prepared->inputs[i], prepared->input_nulls[i]));
      prepared->uses.push_back(use.get());
      prepared->statement.exchange(use);
    }
    prepared->statement.define_and_bind();
    slot = std::move(prepared);
    return slot.get();
  } catch (const soci::postgresql_soci_error& error) {
    return Failed(statement.name, error.sqlstate(), "");
  } catch (const std::exception&) {
    return Failed(statement.name, nullptr);
  }
}

// Reads libpq's result where it lies: SOCI's `into` costs a string, a copy and two virtual calls per cell, which doubled the CPU
// time of a list of posts.
Result<Rows> Session::ReadRows(const Statement& statement, PGresult& result) {
  Rows rows(statement.columns);
  const int row_count = PQntuples(&result);
  rows.SetAffected(statement.columns == 0 ? ChangedRows(result) : row_count);
  if (statement.columns == 0) return rows;
  if (PQnfields(&result) != statement.columns) {
    log::Error("statement returned a wrong number of columns", {{"statement", statement.name}});
    return Fail(Code::kInternal, "INTERNAL", "The database refused the statement.");
  }
  std::size_t bytes = 0;
  for (int row = 0; row < row_count; ++row) {
    for (int column = 0; column < statement.columns; ++column) bytes += CellSize(result, row, column);
  }
  rows.Reserve(static_cast<std::size_t>(row_count) * static_cast<std::size_t>(statement.columns), bytes);
  for (int row = 0; row < row_count; ++row) {
    for (int column = 0; column < statement.columns; ++column) {
      if (PQgetisnull(&result, row, column) != 0) {
        rows.Append(std::nullopt);
      } else {
        rows.Append(std::string_view(PQgetvalue(&result, row, column), CellSize(result, row, column)));
      }
    }
  }
  return rows;
}

Result<void> Session::ExecuteScript(std::string_view sql) {
  if (std::chrono::steady_clock::now() >= deadline_) return DeadlinePassed();
  if (sql.find('\0') != std::string_view::npos) {
    return Fail(Code::kInvalidArgument, "INVALID_TEXT", "A script holds the character U+0000.", {{"sqlstate", "22021"}});
  }
  return RunText("script", std::string(sql));
}

// Past SOCI, which would take a colon in a comment or in an E'' string for a bind variable.
Result<void> Session::RunText(std::string_view what, const std::string& sql) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection_, sql.c_str()), &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) return {};
  return Failed(what, result.get());
}

Result<void> Session::Begin() {
  if (std::chrono::steady_clock::now() >= deadline_) return DeadlinePassed();
  return RunText("begin", "BEGIN");
}

Result<void> Session::Commit() {
  if (PQtransactionStatus(connection_) == PQTRANS_INERROR) {
    Rollback();
    return Fail(Code::kInternal, "INTERNAL", "A statement of the transaction had failed; it was rolled back.");
  }
  return RunText("commit", "COMMIT");
}

void Session::Rollback() {
  if (PQtransactionStatus(connection_) == PQTRANS_IDLE) return;
  if (!RunText("rollback", "ROLLBACK")) broken_ = true;  // closing the connection rolls back
}

void Session::StartLease(Deadline deadline) {
  deadline_ = deadline;
  watchdog_.Arm(*watched_, deadline);
}

void Session::EndLease() { watchdog_.Disarm(*watched_); }

bool Session::IsReusable() const {
  return !broken_ && !watched_->overdue() && PQstatus(connection_) == CONNECTION_OK &&
         PQtransactionStatus(connection_) == PQTRANS_IDLE;
}

bool Session::LooksAlive() {
  // Readable while idle means that the server closed it, or said something unasked such as "shutting down" or a changed setting.
  for (int i = 0; i < 2; ++i) {
    if (!HasReadableSocket(connection_)) return PQstatus(connection_) == CONNECTION_OK;
    if (PQconsumeInput(connection_) == 0) return false;
    if (PQisBusy(connection_) != 0) return false;
  }
  return false;
}

tl::unexpected<Error> Session::Failed(std::string_view what, const PGresult* result) {
  const auto field = [result](int code) {
    const char* text = result == nullptr ? nullptr : PQresultErrorField(result, code);
    return std::string_view(text == nullptr ? "" : text);
  };
  const std::string_view sqlstate = field(PG_DIAG_SQLSTATE);
  if (sqlstate.empty() && PQstatus(connection_) == CONNECTION_OK) {
    broken_ = true;  // SOCI or the library beneath failed in a way that we know nothing about
    log::Error("statement failed outside of PostgreSQL", {{"statement", what}});
    return Fail(Code::kInternal, "INTERNAL", "The database refused the statement.");
  }
  return Failed(what, sqlstate, field(PG_DIAG_CONSTRAINT_NAME));
}

tl::unexpected<Error> Session::Failed(std::string_view what, std::string_view sqlstate, std::string_view constraint) {
  if (EndsConnection(sqlstate) || PQstatus(connection_) != CONNECTION_OK) broken_ = true;
  // The watchdog cut the connection: to the caller that is its deadline, not an outage.
  if (broken_ && watched_->overdue()) sqlstate = "57014";
  log::Debug("statement failed", {{"statement", what}, {"sqlstate", sqlstate}});
  return tl::unexpected<Error>(ErrorFromSqlState(sqlstate, std::string(constraint)));
}

}  // namespace inkwell::runtime

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/deadline.h"
#include "runtime/error.h"

namespace prometheus {
class Registry;
}

namespace inkwell::runtime {

// Errors of this file: UNAVAILABLE / DATABASE_UNAVAILABLE (cannot connect, connection lost, server shutting down, out of
// connections or disk: nothing is known to be committed), DEADLINE_EXCEEDED / DEADLINE_EXCEEDED (statement timeout 57014, lock
// timeout 55P03, no lease in time), ABORTED / SERIALIZATION_FAILURE (40001, 40P01: safe to run again), FAILED_PRECONDITION /
// FOREIGN_KEY_VIOLATION (23503), ALREADY_EXISTS / UNIQUE_VIOLATION (23505), INVALID_ARGUMENT / CHECK_VIOLATION (23514, 23502) and
// INVALID_TEXT (22021, 22P02…), INTERNAL / INTERNAL (everything else). `metadata` has `sqlstate`, and `constraint` where
// PostgreSQL names one. The message never has driver text or SQL; those are logged at debug only, without values.

// A statement of the program: `$1`… are its parameters (cast where PostgreSQL cannot infer: `$1::uuid[]`). Give it static
// lifetime: each connection prepares it once, on first use, and keeps it by its address.
struct Statement {
  std::string_view name;  // for logs and metrics: "insert_posts"
  std::string_view sql;
  int parameters = 0;
  int columns = 0;  // of each row returned; 0 for none
};

// One bound value, in PostgreSQL's text format. Text must not hold U+0000 (INVALID_TEXT).
class Parameter final {
 public:
  Parameter(std::nullopt_t) {}                                               // NOLINT(google-explicit-constructor)
  Parameter(std::string value) : value_(std::move(value)) {}                 // NOLINT(google-explicit-constructor)
  Parameter(std::string_view value) : value_(std::string(value)) {}          // NOLINT(google-explicit-constructor)
  Parameter(const char* value) : value_(std::string(value)) {}               // NOLINT(google-explicit-constructor)
  Parameter(bool value) : value_(value ? "t" : "f") {}                       // NOLINT(google-explicit-constructor)
  Parameter(std::int64_t value) : value_(std::to_string(value)) {}           // NOLINT(google-explicit-constructor)
  Parameter(int value) : value_(std::to_string(value)) {}                    // NOLINT(google-explicit-constructor)
  Parameter(std::optional<std::string> value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  // Array literals for unnest($1::text[]): each element is quoted, nullopt becomes NULL.
  static Parameter TextArray(const std::vector<std::string>& values);
  static Parameter TextArray(const std::vector<std::string_view>& values);
  static Parameter TextArray(const std::vector<std::optional<std::string>>& values);
  static Parameter IntegerArray(const std::vector<std::int64_t>& values);
  static Parameter BoolArray(const std::vector<bool>& values);

  [[nodiscard]] const std::optional<std::string>& value() const { return value_; }

 private:
  std::optional<std::string> value_;
};

// The rows of one statement, all fetched, in one buffer. Columns by number from 0, in PostgreSQL's text format. What Text returns
// lives as long as the Rows.
class Rows final {
 public:
  explicit Rows(int columns) : columns_(static_cast<std::size_t>(columns)) {}
  [[nodiscard]] std::size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
  [[nodiscard]] bool empty() const { return cells_.empty(); }
  [[nodiscard]] bool IsNull(std::size_t row, int column) const { return At(row, column).is_null; }
  // Text: NULL is the empty string. Integer: decimal; Bool: 't'. The column's type is the statement's business.
  [[nodiscard]] std::string_view Text(std::size_t row, int column) const {
    const Cell& cell = At(row, column);
    return std::string_view(bytes_).substr(cell.offset, cell.size);
  }
  [[nodiscard]] std::optional<std::string> OptionalText(std::size_t row, int column) const {
    return IsNull(row, column) ? std::nullopt : std::optional<std::string>(Text(row, column));
  }
  [[nodiscard]] std::int64_t Integer(std::size_t row, int column) const;
  [[nodiscard]] bool Bool(std::size_t row, int column) const { return Text(row, column) == "t"; }
  // Rows that the statement returned or, without RETURNING, changed.
  [[nodiscard]] std::int64_t affected() const { return affected_; }

  void Reserve(std::size_t cells, std::size_t bytes);
  // The next cell, row by row. Views of Text end here.
  void Append(std::optional<std::string_view> cell);
  void SetAffected(std::int64_t count) { affected_ = count; }

 private:
  struct Cell {
    std::size_t offset;
    std::size_t size;
    bool is_null;
  };
  [[nodiscard]] const Cell& At(std::size_t row, int column) const {
    return cells_[row * columns_ + static_cast<std::size_t>(column)];
  }

  std::size_t columns_;
  std::int64_t affected_ = 0;
  std::string bytes_;
  std::vector<Cell> cells_;
};

// One leased connection, for the thread that holds it.
class Connection {
 public:
  virtual ~Connection() = default;
  [[nodiscard]] virtual Result<Rows> Execute(const Statement& statement, std::initializer_list<Parameter> parameters = {}) = 0;
  // Several statements separated by semicolons, no parameters, no rows: for migrations.
  [[nodiscard]] virtual Result<void> ExecuteScript(std::string_view sql) = 0;
};

struct DatabaseOptions {
  std::string url;  // libpq URL or key=value string; multi-host strings work
  std::string application_name;
  int connections = 4;
  std::chrono::milliseconds connect_timeout{3000};
  std::chrono::milliseconds statement_timeout{5000};
  std::chrono::milliseconds lock_timeout{3000};
  std::chrono::milliseconds idle_in_transaction_timeout{10000};
  // Further settings of each session, such as {"jit", "off"}: names and values without white space. The URL's own win.
  std::vector<std::pair<std::string, std::string>> session_settings;
  // Gets the pool's figures (inkwell_database_…); must outlive the Database. Null: nobody does.
  prometheus::Registry* metrics = nullptr;
};

// A pool of SOCI sessions that heals: a connection found broken is replaced at its next lease. Thread-safe.
class Database final {
 public:
  // Does not need PostgreSQL to be up: connections are made when first leased. Fails only on a malformed URL.
  [[nodiscard]] static Result<std::unique_ptr<Database>> Create(const DatabaseOptions& options);
  ~Database();

  // Runs `work` with a connection outside of a transaction (each statement commits by itself). Waits for a lease until the
  // deadline; statements run with the smaller of statement_timeout and the time left. After a lost connection the work is not run
  // again: whether it took effect is unknown, so the caller decides. What `work` returns is returned.
  template <typename T>
  [[nodiscard]] Result<T> Run(Deadline deadline, const std::function<Result<T>(Connection&)>& work) {
    Result<T> result = Fail(Code::kInternal, "INTERNAL", "The database work did not run.");
    Result<void> outcome = RunErased(deadline, false, [&](Connection& connection) -> Result<void> {
      result = work(connection);
      if (!result) return tl::unexpected<Error>(result.error());
      return {};
    });
    if (!outcome) return tl::unexpected<Error>(std::move(outcome).error());
    return result;
  }

  // The same in a transaction: commits if `work` succeeds (an error of the commit is returned), rolls back otherwise.
  template <typename T>
  [[nodiscard]] Result<T> Transact(Deadline deadline, const std::function<Result<T>(Connection&)>& work) {
    Result<T> result = Fail(Code::kInternal, "INTERNAL", "The database work did not run.");
    Result<void> outcome = RunErased(deadline, true, [&](Connection& connection) -> Result<void> {
      result = work(connection);
      if (!result) return tl::unexpected<Error>(result.error());
      return {};
    });
    if (!outcome) return tl::unexpected<Error>(std::move(outcome).error());
    return result;
  }

  // Whether a connection works right now (SELECT 1 within the timeout). For readiness.
  [[nodiscard]] bool Ping(std::chrono::milliseconds timeout);

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  [[nodiscard]] Result<void> RunErased(Deadline deadline, bool transaction, const std::function<Result<void>(Connection&)>& work);
  std::unique_ptr<State> state_;
};

}  // namespace inkwell::runtime

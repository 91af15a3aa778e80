#pragma once

#include <libpq-fe.h>
#include <soci/soci.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime_db/database.h"
#include "watchdog.h"

namespace inkwell::runtime {

// One connection to PostgreSQL: a SOCI session and its prepared statements. Used by one thread at a time. SOCI's exceptions stop
// here.
class Session final : public Connection {
 public:
  // Blocks for as long as the string's connect_timeout lets it. Fails with libpq's words, for the log only: they name host, user
  // and cause, and never have the password.
  [[nodiscard]] static tl::expected<std::unique_ptr<Session>, std::string> Open(const std::string& connection_string,
                                                                                Watchdog& watchdog);
  ~Session() override;

  [[nodiscard]] Result<Rows> Execute(const Statement& statement, std::initializer_list<Parameter> parameters) override;
  [[nodiscard]] Result<void> ExecuteScript(std::string_view sql) override;

  [[nodiscard]] Result<void> Begin();
  // Fails also if a statement of the transaction failed: PostgreSQL would roll back and call it a success.
  [[nodiscard]] Result<void> Commit();
  void Rollback();

  // The bounds of one lease.
  void StartLease(Deadline deadline);
  void EndLease();
  // Whether another lease may have it: nothing broke, no deadline passed, no transaction is open.
  [[nodiscard]] bool IsReusable() const;
  // Whether an idle connection is still there, as far as can be seen without a round trip.
  [[nodiscard]] bool LooksAlive();

 private:
  struct Prepared {
    Prepared(soci::session& sql, const Statement& source)
        : text(source.sql),
          inputs(static_cast<std::size_t>(source.parameters)),
          input_nulls(inputs.size(), soci::i_null),
          statement(sql) {}

    std::string text;
    std::vector<std::string> inputs;
    std::vector<soci::indicator> input_nulls;
    soci::statement statement;                        // it points into the others
    std::vector<soci::details::use_type_base*> uses;  // the statement's, one per input
  };

  Session(const std::string& connection_string, Watchdog& watchdog);
  [[nodiscard]] Result<Prepared*> Prepare(const Statement& statement);
  [[nodiscard]] Result<void> CheckCall(const Statement& statement, std::initializer_list<Parameter> parameters) const;
  [[nodiscard]] Result<Rows> ReadRows(const Statement& statement, PGresult& result);
  [[nodiscard]] Result<void> RunText(std::string_view what, const std::string& sql);
  [[nodiscard]] tl::unexpected<Error> Failed(std::string_view what, const PGresult* result);
  [[nodiscard]] tl::unexpected<Error> Failed(std::string_view what, std::string_view sqlstate, std::string_view constraint);

  soci::session sql_;
  PGconn* const connection_;  // sql_'s
  Watchdog& watchdog_;
  const std::shared_ptr<Watchdog::Watched> watched_;  // shared with the watchdog
  std::unordered_map<const Statement*, std::unique_ptr<Prepared>> prepared_;
  Deadline deadline_{};
  bool broken_ = false;
};

}  // namespace inkwell::runtime

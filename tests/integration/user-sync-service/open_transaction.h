#pragma once

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <memory>
#include <string>

namespace inkwell::users {

// A transaction that stays open until the test ends it: what a slow writer looks like to the others.
class OpenTransaction final {
 public:
  explicit OpenTransaction(const std::string& url) : connection_(PQconnectdb(url.c_str()), &PQfinish) { Run("BEGIN"); }

  void Run(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection_.get(), sql.c_str()), &PQclear);
    const auto status = PQresultStatus(result.get());
    EXPECT_TRUE(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) << PQresultErrorMessage(result.get());
  }
  void Commit() { Run("COMMIT"); }

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

// Writes a tombstone as the service does, from a transaction of the test's own.
inline std::string InsertTombstone(const std::string& user_id) {
  return "INSERT INTO users.users (clerk_id, banned, locked, deleted_at, synced_at, change_xid) VALUES ('" + user_id +
         "', false, false, now(), now(), pg_current_xact_id())";
}

}  // namespace inkwell::users

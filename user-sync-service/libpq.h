#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>

namespace inkwell::users {

// For the two who use libpq itself, on connections of their own: SOCI has no notifications, and a pool hands sessions on.
struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ConnectionPtr = std::unique_ptr<PGconn, CloseConnection>;
using ResultPtr = std::unique_ptr<PGresult, ClearResult>;

// `url` as for runtime::Database. Null if there is no connection within 2 s for each address of the URL. A dead peer is found by
// keepalives, within half a minute.
[[nodiscard]] ConnectionPtr Connect(const std::string& url, const char* application_name);

}  // namespace inkwell::users

#pragma once

#include <string>
#include <string_view>

#include "runtime/error.h"

namespace inkwell::runtime {

// What PostgreSQL's SQLSTATE (manual, appendix A) means to a caller: the table in database.h. Empty or blank: libpq made the
// error itself, so the connection is lost.
[[nodiscard]] Error ErrorFromSqlState(std::string_view sqlstate, std::string constraint);

// Whether no further statement can succeed on the connection, or its prepared statements are no longer right: make a new one.
[[nodiscard]] bool EndsConnection(std::string_view sqlstate);

}  // namespace inkwell::runtime

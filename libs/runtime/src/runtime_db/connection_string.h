#pragma once

#include <string>

#include "runtime/error.h"
#include "runtime_db/database.h"

namespace inkwell::runtime {

// The URL or key=value string in libpq's key='value' form, with the time-outs, keepalives, UTC and UTF-8 that we rely on. What
// the operator wrote wins. Fails with INVALID_ARGUMENT / INVALID_DATABASE_URL, without repeating the text: it holds a password.
[[nodiscard]] Result<std::string> CompleteConnectionString(const DatabaseOptions& options);

}  // namespace inkwell::runtime

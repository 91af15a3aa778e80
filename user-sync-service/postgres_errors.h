#pragma once

#include <utility>

#include "runtime/error.h"

namespace inkwell::users {

// The database runtime's vocabulary into this service's (error_reason.proto). INTERNAL, which only a defect of ours brings about,
// keeps `sqlstate` and `constraint` for the log (CallRecord).
[[nodiscard]] runtime::Error ToUsersError(const runtime::Error& error);

template <typename T>
[[nodiscard]] runtime::Result<T> InUsersWords(runtime::Result<T> result) {
  if (!result) return tl::unexpected<runtime::Error>(ToUsersError(result.error()));
  return result;
}

}  // namespace inkwell::users

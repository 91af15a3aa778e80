#pragma once

#include <gmock/gmock.h>

#include <string>

#include "runtime/error.h"

namespace inkwell::testing {

// For runtime::Result<T>: EXPECT_THAT(result, IsOk()); EXPECT_THAT(result, FailsWith(Code::kNotFound, "POST_NOT_FOUND")).
MATCHER(IsOk, negation ? "is an error" : "is a value") {
  if (arg.has_value()) return true;
  *result_listener << "which failed with " << runtime::CodeName(arg.error().code) << " / " << arg.error().reason << ": "
                   << arg.error().message;
  for (const auto& [key, value] : arg.error().metadata) *result_listener << " [" << key << "=" << value << "]";
  return false;
}

MATCHER_P2(FailsWith, code, reason,
           std::string(negation ? "does not fail" : "fails") + " with " + std::string(runtime::CodeName(code)) + " / " + reason) {
  if (arg.has_value()) {
    *result_listener << "which is a value";
    return false;
  }
  *result_listener << "which failed with " << runtime::CodeName(arg.error().code) << " / " << arg.error().reason << ": "
                   << arg.error().message;
  return arg.error().code == code && arg.error().reason == reason;
}

}  // namespace inkwell::testing

#include "runtime/start_failure.h"

#include "runtime/log.h"

namespace inkwell::runtime {

int StartFailure(std::string_view what, const Error& error) {
  log::Error(what, {{"reason", error.reason}, {"detail", error.message}});
  return error.code == Code::kInvalidArgument ? 2 : 1;
}

}  // namespace inkwell::runtime

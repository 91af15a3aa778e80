#pragma once

#include <optional>

#include "gateway/http/rejection.h"
#include "gateway/http/request_record.h"

namespace inkwell::gateway {

// Splits `record.head`, a complete head whose lines were checked, into method, target, version and fields with Boost.Beast's
// parser, and applies the rules for the head as a whole.
[[nodiscard]] std::optional<Rejection> ParseHead(RequestRecord& record);

}  // namespace inkwell::gateway

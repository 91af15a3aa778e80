#pragma once

#include <string_view>

#include "gateway/http/problem.h"
#include "gateway/http/response.h"
#include "runtime/error.h"

namespace inkwell::gateway {

// The only place where a service's error becomes an HTTP answer. Sentences of the services reach the client for the 4xx, which a
// client can do something about; what is our own trouble gets a fixed sentence.
[[nodiscard]] Problem ToProblem(const runtime::Error& error);

// The same for a list of posts: fields of the call are named as the parameters of the query that the client sent.
[[nodiscard]] Problem ListProblem(runtime::Error error);

// The problem as an answer; a 503 carries Retry-After.
[[nodiscard]] Response ErrorResponse(const runtime::Error& error, std::string_view request_id);
[[nodiscard]] Response ErrorResponse(const Problem& problem, std::string_view request_id);

}  // namespace inkwell::gateway

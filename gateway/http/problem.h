#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/http/response.h"

namespace inkwell::gateway {

// What went wrong, for a client (RFC 9457). `reason` is an UPPER_SNAKE constant that programs test; `detail` is a sentence for a
// person, without internals. `members` are further text members, such as {"field", "title"}.
struct Problem {
  int status = 500;
  std::string reason;
  std::string detail;
  std::vector<std::pair<std::string, std::string>> members{};
};

// {"type":"about:blank","title":…,"status":…,"detail":…,"reason":…,"requestId":…,…} as application/problem+json.
[[nodiscard]] Response ProblemResponse(const Problem& problem, std::string_view request_id);

}  // namespace inkwell::gateway

#pragma once

#include <optional>
#include <string_view>

#include "gateway/http/rejection.h"
#include "gateway/http/request_record.h"

namespace inkwell::gateway {

// What the edge demands of a request head beyond what a tolerant parser takes (RFC 9112 sections 2.2, 3, 5, 6, 11). Wherever the
// standard lets a recipient choose between repairing and refusing, these refuse: two readers of one message must never disagree.

// One line each, without its CRLF; called as soon as the line is complete.
[[nodiscard]] std::optional<Rejection> CheckRequestLine(std::string_view line);
[[nodiscard]] std::optional<Rejection> CheckFieldLine(std::string_view line);

// The parsed head as a whole: Host, framing fields, target form, fields that must be single. Fills in the record's framing,
// keep-alive, expectation and the target's origin form.
[[nodiscard]] std::optional<Rejection> ApplyHeadRules(RequestRecord& record);

}  // namespace inkwell::gateway

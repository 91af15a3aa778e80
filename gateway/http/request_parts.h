#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "gateway/http/problem.h"
#include "gateway/http/request_info.h"

namespace inkwell::gateway {

// A part of a request, or the 4xx that says what is wrong with it.
template <typename T>
using Parsed = tl::expected<T, Problem>;

// A 400 about one part of the request; `field` names it.
[[nodiscard]] tl::unexpected<Problem> BadRequest(std::string reason, std::string detail, std::string_view field);

// The origin that the client reached us by, without a slash at the end: `public_url` unless it is empty, else the Host field with
// the scheme that a trusted proxy tells, or http.
[[nodiscard]] std::string OriginOf(const RequestInfo& request, const std::string& public_url);

// The decoded value of a query parameter (application/x-www-form-urlencoded), or nothing when it is absent. Refused with 400:
// a parameter given twice, a malformed escape, bytes that are not UTF-8, U+0000. Other parameters are not looked at.
[[nodiscard]] Parsed<std::optional<std::string>> QueryParameter(std::string_view target, std::string_view name);

inline constexpr int kDefaultLimit = 20;

// What a list of posts is asked for with.
struct ListQuery {
  int limit = kDefaultLimit;
  std::string cursor;
  std::string query;
};
[[nodiscard]] Parsed<ListQuery> ParseListQuery(std::string_view target);

// An etag that no resource of ours ever has.
inline constexpr std::string_view kNoEtag = "-";

// The etag that `If-Match` demands, without quotes; empty when there is no condition (no field, or `*`: a missing post is 404
// either way). One strong entity tag is understood: weak ones never match by RFC 9110 section 8.8.3.2 (kNoEtag), and lists are
// refused.
[[nodiscard]] Parsed<std::string> IfMatch(const RequestInfo& request);

// The same for a change of what exists, which `If-None-Match: *` forbids (kNoEtag). With a tag that field is refused: who wants
// to say what they read says it in If-Match.
[[nodiscard]] Parsed<std::string> ChangePrecondition(const RequestInfo& request);

// `Idempotency-Key`, 1 to 255 characters of printable ASCII; empty when absent.
[[nodiscard]] Parsed<std::string> IdempotencyKey(const RequestInfo& request);

// 415 unless the body is said to be uncompressed application/json, in UTF-8 if it says a charset.
[[nodiscard]] Parsed<void> RequireJson(const RequestInfo& request);

}  // namespace inkwell::gateway

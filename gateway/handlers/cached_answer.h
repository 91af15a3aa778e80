#pragma once

#include <string>
#include <string_view>

#include "gateway/http/request_info.h"
#include "gateway/http/response.h"

namespace inkwell::gateway {

// The strong entity tag of these bytes, quotes included.
[[nodiscard]] std::string ContentEtag(std::string_view content);

// Whether the client says in If-None-Match that it has the content of this tag (RFC 9110 section 13.1.2: lists, `*` and weak
// comparison).
[[nodiscard]] bool HasContent(const RequestInfo& request, std::string_view etag);

// Adds ETag and `Cache-Control: no-cache` (keep it, but ask each time), and makes it a 304 when the client has it. There is no
// Last-Modified: what is unpublished or deleted makes a page older than before, and a date cannot say that it changed.
[[nodiscard]] Response Revalidated(const RequestInfo& request, Response response);

}  // namespace inkwell::gateway

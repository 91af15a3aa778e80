#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clerk/http_client.h"

namespace clerk::request {

// The values of Set-Cookie headers that Clerk hands out.

// The session token that they set: that of the last one whose name begins with "__session", and "" if there is none. Nullopt if
// that one has no value at all.
[[nodiscard]] std::optional<std::string> SessionTokenIn(const std::vector<std::string>& directives);

// Whether all of them may stand in a header: no line breaks and other controls.
[[nodiscard]] bool AreHeaderValues(const std::vector<std::string>& directives);

// Adds a Set-Cookie header for each directive.
void AppendSetCookies(std::vector<HttpHeader>& headers, const std::vector<std::string>& directives);

}  // namespace clerk::request

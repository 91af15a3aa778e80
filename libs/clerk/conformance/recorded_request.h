#pragma once

#include <string>

#include "clerk/http_client.h"
#include "vector_file.h"

namespace clerk::conformance {

// Whether the request goes to the path that was recorded; percent-encoding does not count.
[[nodiscard]] bool HasPath(const Json& recorded, const HttpRequest& sent);

// Compares a request with the recorded one: method, origin, path, query, headers, body or form. "" if they say the same, else
// what differs. In a vector that records an accident, an argument that the SDK sends whole, as one segment, is right as well.
[[nodiscard]] std::string CompareRequest(const Json& vector, const Json& recorded, const HttpRequest& sent);

}  // namespace clerk::conformance

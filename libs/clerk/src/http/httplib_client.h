#pragma once

#include <memory>

#include "clerk/http_client.h"
#include "http/name_resolver.h"

namespace clerk::http {

// MakeHttpClient with another way to look names up.
[[nodiscard]] std::shared_ptr<HttpClient> MakeHttplibClient(NameResolver::LookUp look_up);

}  // namespace clerk::http

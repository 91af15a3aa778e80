#pragma once

#include <optional>
#include <string>

#include "api/value_text.h"
#include "clerk/api/call_options.h"

namespace clerk::api {

struct Multipart {
  std::string content_type{};  // with the boundary
  std::string body{};
};

// multipart/form-data (RFC 7578) of the fields and, last, the file as "file". The boundary occurs in none of them. nullopt if the
// file's name or content type would break out of its header.
[[nodiscard]] std::optional<Multipart> MakeMultipart(const QueryPairs& fields, const UploadFile& file);

}  // namespace clerk::api

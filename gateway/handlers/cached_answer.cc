#include "gateway/handlers/cached_answer.h"

#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <utility>

#include "gateway/http/field_list.h"

namespace inkwell::gateway {

std::string ContentEtag(std::string_view content) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data());
  std::string etag = "\"";
  for (std::size_t i = 0; i < 12; ++i) {
    etag += "0123456789abcdef"[digest[i] >> 4];
    etag += "0123456789abcdef"[digest[i] & 0xf];
  }
  return etag + '"';
}

bool HasContent(const RequestInfo& request, std::string_view etag) {
  bool has = false;
  for (const std::string_view field : request.Headers("If-None-Match")) {
    ForEachElement(field, [&](std::string_view tag) {  // ours hold no comma
      if (tag.starts_with("W/")) tag.remove_prefix(2);
      has = has || tag == "*" || tag == etag;
    });
  }
  return has;
}

Response Revalidated(const RequestInfo& request, Response response) {
  std::string etag = ContentEtag(response.body.view());
  if (HasContent(request, etag)) {
    response.status = 304;
    response.body = Body();
  }
  response.headers.push_back({"ETag", std::move(etag)});
  response.headers.push_back({"Cache-Control", "no-cache"});
  return response;
}

}  // namespace inkwell::gateway

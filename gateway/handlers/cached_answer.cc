#include "gateway/handlers/cached_answer.h"

#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <utility>

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
  for (std::string_view rest : request.Headers("If-None-Match")) {
    while (!rest.empty()) {
      const auto comma = rest.find(',');  // ours hold none
      std::string_view tag = rest.substr(0, comma);
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
      while (!tag.empty() && (tag.front() == ' ' || tag.front() == '\t')) tag.remove_prefix(1);
      while (!tag.empty() && (tag.back() == ' ' || tag.back() == '\t')) tag.remove_suffix(1);
      if (tag == "*") return true;
      if (tag.starts_with("W/")) tag.remove_prefix(2);
      if (tag == etag) return true;
    }
  }
  return false;
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

#include "gateway/auth/request_origin.h"

#include <algorithm>

namespace inkwell::gateway {

bool IsSafeMethod(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

bool IsTrustedOrigin(std::string_view origin, std::string_view host, std::span<const std::string> authorized_parties,
                     std::string_view public_url) {
  if (!authorized_parties.empty()) {
    return std::find(authorized_parties.begin(), authorized_parties.end(), origin) != authorized_parties.end();
  }
  if (!public_url.empty()) return origin == public_url;
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (origin.starts_with(scheme)) return !host.empty() && origin.substr(scheme.size()) == host;
  }
  return false;
}

}  // namespace inkwell::gateway

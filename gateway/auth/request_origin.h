#pragma once

#include <span>
#include <string>
#include <string_view>

namespace inkwell::gateway {

// Whether a method changes nothing (RFC 9110 section 9.2.1).
[[nodiscard]] bool IsSafeMethod(std::string_view method);

// Whether a request that came with a cookie may change something. Browsers send cookies along with requests that other sites
// cause, and always say in `Origin` who did. Accepted: one of the authorized parties, byte by byte, or, when none are
// configured, `public_url` (the site's own origin), or, when that is empty, http or https at the host that the request was sent
// to. A missing Origin is refused.
[[nodiscard]] bool IsTrustedOrigin(std::string_view origin, std::string_view host,
                                   std::span<const std::string> authorized_parties, std::string_view public_url);

}  // namespace inkwell::gateway

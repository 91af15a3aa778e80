#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/handlers/clerk_upstream.h"
#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"

namespace inkwell::gateway {

struct ClerkProxyOptions {
  std::string upstream;    // scheme and authority, no slash at the end: what redirects to it are recognized by
  std::string public_url;  // the origin that browsers use; empty: what OriginOf says
  bool emulator = false;   // lets the page use the emulator's own sign-in, where clerk-js is missing
};

// /__clerk/*: hands GET, HEAD and POST requests on to Clerk's Frontend API (on a laptop, to the emulator), so that the page
// reaches it at its own address; clerk-js writes the other methods as POST with `_method`. What passes, passes as it came: fields
// are neither decoded nor joined, bodies keep their content coding, redirects are the browser's to follow. Removed on both ways
// is what concerns one hop only (RFC 9110 section 7.6.1), and from requests what could be taken for the word of a proxy; that
// word (Clerk-Proxy-Url, X-Forwarded-For, X-Forwarded-Proto) is the gateway's. Never waits for the upstream. Thread-safe.
class ClerkProxy final {
 public:
  // `upstream` null: there is no proxy, and every request is 404.
  ClerkProxy(ClerkProxyOptions options, std::unique_ptr<ClerkUpstream> upstream);

  void Forward(const RequestInfo& request, Reply reply) const;

 private:
  const ClerkProxyOptions options_;
  const std::unique_ptr<ClerkUpstream> upstream_;
};

// Whether a path behind /__clerk is one that a browser has business with: the Frontend API, clerk-js, the keys; no dot segments,
// plain or encoded.
[[nodiscard]] bool IsClerkPath(std::string_view path, bool emulator);

// The fields that the upstream gets.
[[nodiscard]] std::vector<HeaderField> ForwardedRequestHeaders(const RequestInfo& request, const std::string& public_origin);
// The fields that the client gets. A Location at the upstream becomes one below /__clerk.
[[nodiscard]] std::vector<HeaderField> ForwardedResponseHeaders(const UpstreamResponse& response, std::string_view upstream);

}  // namespace inkwell::gateway

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "clerk/http_client.h"
#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"
#include "runtime/batch_queue.h"

namespace inkwell::gateway {

// /__clerk/*: hands GET and POST requests on to Clerk's Frontend API (on a laptop, to the emulator), so that the page reaches it
// at its own address. Waits on a few workers; a full queue is 503, no answer in time 504, no usable answer 502. Redirects are not
// followed and not passed on (502): their targets would leave the proxy. Thread-safe.
class ClerkProxy final {
 public:
  // `upstream` is scheme and authority without a slash at the end; empty: there is no proxy, and every request is 404.
  ClerkProxy(std::string upstream, std::shared_ptr<clerk::HttpClient> http);

  void Forward(const RequestInfo& request, Reply reply);

 private:
  struct Exchange {
    RequestInfo request;
    Reply reply;
  };

  void Run(const RequestInfo& request, Reply reply) const;

  const std::string upstream_;
  const std::shared_ptr<clerk::HttpClient> http_;  // the client may be shared: it is thread-safe
  runtime::BatchQueue<Exchange> waiting_;          // last: its workers use the members above
};

// The fields of a request that the upstream gets, and of its answer that the client gets: an allow-list, so that no hop-by-hop
// field and nothing about the hop itself (forwarded addresses, lengths, codings) passes. Values with control bytes are dropped.
[[nodiscard]] std::vector<clerk::HttpHeader> ForwardedRequestHeaders(const RequestInfo& request);
[[nodiscard]] std::vector<HeaderField> ForwardedResponseHeaders(const clerk::HttpResponse& response);

}  // namespace inkwell::gateway

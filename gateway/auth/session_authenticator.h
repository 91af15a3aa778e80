#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "clerk/request_authenticator.h"
#include "clerk/require.h"
#include "gateway/auth/session_handler.h"
#include "gateway/http/route.h"
#include "runtime/batch_queue.h"

namespace prometheus {
class Counter;
class Registry;
template <typename T>
class Family;
}  // namespace prometheus

namespace inkwell::gateway {

// Whom a verified session lets in; nullopt if its token names no session or no user: those of JWT templates and of machines.
[[nodiscard]] std::optional<SessionUser> AdmitSession(const clerk::SessionToken& token);

// Lets only signed-in users through to a handler. The verdict falls on the reactor thread from keys and tokens that are known
// already; only when Clerk must be asked does the request go to a worker, and the handler then runs there. Thread-safe.
class SessionAuthenticator final {
 public:
  // `authenticator` must outlive this. `authorized_parties` are the origins trusted with cookies (request_origin.h). `public_url`
  // is where browsers reach the gateway, without a slash at the end: pages return there from Clerk. Empty: http and the Host
  // header.
  SessionAuthenticator(const clerk::RequestAuthenticator& authenticator, std::vector<std::string> authorized_parties,
                       std::string public_url, std::shared_ptr<prometheus::Registry> metrics);

  // For API calls: answers 401 (or 403, see request_origin.h; or 503 while the keys cannot be fetched) instead of calling
  // `handler` when nobody is signed in. This must outlive the route.
  [[nodiscard]] RouteHandler Guard(SessionHandler handler);

  // For pages: answers 307 instead, through Clerk's handshake where the browser may have a newer session than its cookies say
  // (they are a minute old at most), else to /sign-in, which leads back.
  [[nodiscard]] RouteHandler GuardPage(SessionHandler handler);

 private:
  // What is behind a guard.
  struct Guarded {
    SessionHandler handler;
    bool is_page;
  };
  // A request that waits for Clerk.
  struct Waiting {
    std::shared_ptr<const Guarded> guarded;  // also the route's
    RequestInfo request;
    Reply reply;
  };

  [[nodiscard]] RouteHandler MakeGuard(SessionHandler handler, bool is_page);
  void Authenticate(const std::shared_ptr<const Guarded>& guarded, const RequestInfo& request, Reply reply);
  void Decide(clerk::Result<clerk::RequestState> verdict, const Guarded& guarded, const RequestInfo& request, Reply reply);
  void Refuse(const clerk::Refusal& refusal, Reply reply);

  const clerk::RequestAuthenticator& authenticator_;
  const std::vector<std::string> authorized_parties_;
  const std::string public_url_;
  const std::shared_ptr<prometheus::Registry> metrics_;  // also owned by main; keeps the family alive
  prometheus::Family<prometheus::Counter>& refusals_;
  runtime::BatchQueue<Waiting> waiting_;  // last: its workers use the members above
};

}  // namespace inkwell::gateway

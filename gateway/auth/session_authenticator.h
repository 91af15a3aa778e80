#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "clerk/error.h"
#include "clerk/publishable_key.h"
#include "clerk/session_token.h"
#include "clerk/token_verifier.h"
#include "gateway/auth/auth_answer.h"
#include "gateway/handlers/session_handler.h"
#include "gateway/http/route.h"
#include "runtime/batch_queue.h"
#include "runtime/error.h"

namespace prometheus {
class Counter;
class Registry;
template <typename T>
class Family;
}  // namespace prometheus

namespace inkwell::gateway {

// Whom a verified token lets in, or why it lets nobody in.
[[nodiscard]] tl::expected<SessionUser, SignedOut> AdmitSession(const clerk::SessionToken& token);

// Lets only signed-in users through to a handler. The verdict falls on the reactor thread from keys and tokens that are known
// already; only when a key must be fetched does the request go to a worker, and the handler then runs there. Thread-safe.
class SessionAuthenticator final {
 public:
  using WallClock = std::function<std::chrono::system_clock::time_point()>;

  // `verifier` must outlive the authenticator. `authorized_parties` are the origins trusted with cookies (request_origin.h).
  SessionAuthenticator(const clerk::TokenVerifier& verifier, clerk::PublishableKey key,
                       std::vector<std::string> authorized_parties, WallClock clock,
                       std::shared_ptr<prometheus::Registry> metrics);

  // A route's handler that answers 401 (or 403, see request_origin.h; or 503 while the keys cannot be fetched) instead of calling
  // `handler` when nobody is signed in. The authenticator must outlive it.
  [[nodiscard]] RouteHandler Guard(SessionHandler handler);

 private:
  // A request that waits for a key.
  struct Waiting {
    std::string token;
    std::shared_ptr<const SessionHandler> handler;
    RequestInfo request;
    Reply reply;
  };

  void Authenticate(const std::shared_ptr<const SessionHandler>& handler, const RequestInfo& request, Reply reply);
  void Decide(const clerk::Result<clerk::SessionToken>& verdict, const SessionHandler& handler, const RequestInfo& request,
              Reply reply);
  void Refuse(const SignedOut& signed_out, Reply reply);

  const clerk::TokenVerifier& verifier_;
  const clerk::PublishableKey key_;
  const std::vector<std::string> authorized_parties_;
  const WallClock clock_;
  const std::shared_ptr<prometheus::Registry> metrics_;  // also owned by main; keeps the family alive
  prometheus::Family<prometheus::Counter>& refusals_;
  runtime::BatchQueue<Waiting> waiting_;  // last: its workers use the members above
};

}  // namespace inkwell::gateway

#pragma once

#include <string>
#include <string_view>

#include "runtime/deadline.h"
#include "runtime/error.h"

namespace google::rpc {
class Status;
}
namespace grpc {
class ServerContextBase;
class ClientContext;
class Status;
}  // namespace grpc

namespace inkwell::runtime {

// On whose behalf a call is made. In metadata as `inkwell-principal: user:<id>`, `service:<name>` or `operator:<name>`; id and
// name are 1 to 128 characters of [A-Za-z0-9_.-], so a principal is always safe as metadata (a bad byte would abort gRPC 1.51).
struct Principal {
  enum class Kind { kUser, kService, kOperator };
  Kind kind = Kind::kService;
  std::string id;

  [[nodiscard]] bool IsUser(std::string_view user_id) const { return kind == Kind::kUser && id == user_id; }
  // Whether it may act for this user: that user itself, a service or an operator.
  [[nodiscard]] bool MayActFor(std::string_view user_id) const { return kind != Kind::kUser || id == user_id; }
};

[[nodiscard]] Result<Principal> ParsePrincipal(std::string_view text);
[[nodiscard]] std::string ToString(const Principal& principal);

// What travels with a call besides its message.
struct CallContext {
  Principal principal;
  // Metadata `x-request-id`; 1 to 64 characters of [A-Za-z0-9._-]. Made by us when the caller sends none or a bad one.
  std::string request_id;
  Deadline deadline;
};

// Server side. A call without deadline gets `max_timeout`, and none gets more. Fails with UNAUTHENTICATED / PRINCIPAL_REQUIRED.
[[nodiscard]] Result<CallContext> ReadCallContext(const grpc::ServerContextBase& server_context,
                                                  std::chrono::milliseconds max_timeout);

// Client side: sets deadline, principal and request id.
void WriteCallContext(const CallContext& context, grpc::ClientContext& client_context);

// The only places where errors become gRPC's and back. `domain` is the ErrorInfo domain, such as "posts.inkwell". A status
// without ErrorInfo (made by gRPC itself) gets the reason "UNAVAILABLE", "DEADLINE_EXCEEDED" and so on (its code's name) and a
// sentence of ours: its own text speaks of sockets and addresses, and goes to the debug log only.
[[nodiscard]] grpc::Status ToGrpcStatus(const Error& error, std::string_view domain);
[[nodiscard]] Error FromGrpcStatus(const grpc::Status& status);

// The same for one item of a batch, whose error is part of the answer.
[[nodiscard]] google::rpc::Status ToRpcStatus(const Error& error, std::string_view domain);
[[nodiscard]] Error FromRpcStatus(const google::rpc::Status& status);

}  // namespace inkwell::runtime

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "gateway/auth/session_handler.h"
#include "gateway/handlers/service_call.h"
#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"
#include "gateway/limits/places.h"
#include "inkwell/posts/v1/posts.grpc.pb.h"
#include "inkwell/users/v1/users.grpc.pb.h"

namespace inkwell::gateway {

// How long one export may take; REQUEST_TIMEOUT holds for its first piece.
inline constexpr std::chrono::minutes kExportTimeout{10};
inline constexpr std::size_t kExportsOfUser = 2;

// GET /api/me/export: {"exportedAt","user","posts"}, all that Inkwell has of the signed-in user, as a file. Streamed at the
// client's pace from the database on, so that an export of any size holds one batch of posts here. A failure in the midst cuts
// the connection: a document that ends is whole. A user may have kExportsOfUser at once, and is answered 429 beyond: one who
// reads slowly takes no place from the others. Thread-safe.
class ExportHandler final {
 public:
  using Users = users::v1::UserService::StubInterface;
  using Posts = posts::v1::PostService::StubInterface;
  using WallClock = std::function<std::chrono::system_clock::time_point()>;

  // Calls are made within the services' budgets.
  ExportHandler(Service<Users> users, Service<Posts> posts, WallClock clock);

  void Export(const RequestInfo& request, const SessionUser& user, Reply reply) const;

 private:
  const WallClock clock_;
  mutable Places places_{kExportsOfUser};  // by the user's id
  const ServiceClient<Posts> posts_;
  const ServiceClient<Users> users_;  // last: its calls go on to the posts
};

}  // namespace inkwell::gateway

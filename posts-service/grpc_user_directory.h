#pragma once

#include <functional>
#include <memory>
#include <string>

#include "posts-service/user_directory.h"
#include "runtime/call_context.h"

namespace grpc {
class Channel;
}

namespace inkwell::posts {

// user-sync-service through gRPC (inkwell.users.v1), as the principal `service:posts-service`. Thread-safe. It must outlive its
// calls: those of Ask end at their deadline at the latest.
class GrpcUserDirectory final : public UserDirectory, public UserChangeStream {
 public:
  explicit GrpcUserDirectory(std::shared_ptr<grpc::Channel> channel);
  ~GrpcUserDirectory() override;

  void Ask(const std::string& user_id, Source source, runtime::Deadline deadline, Answer answer) override;
  [[nodiscard]] runtime::Result<void> Follow(const std::string& cursor, std::stop_token stop,
                                             const std::function<bool(const UserChanges&)>& take) override;

 private:
  struct Stubs;
  const std::unique_ptr<Stubs> stubs_;
};

}  // namespace inkwell::posts

#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "posts-service/user_directory.h"
#include "runtime/call_context.h"

namespace grpc {
class Channel;
}

namespace inkwell::posts {

// user-sync-service through gRPC (inkwell.users.v1), as the principal `service:posts-service`. Thread-safe. Its destructor waits
// for the questions under way, so until their deadline at the latest: the last reference to a channel must not be given up on a
// thread of gRPC, which would then wait for itself (1.51).
class GrpcUserDirectory final : public UserDirectory, public UserChangeStream {
 public:
  explicit GrpcUserDirectory(std::shared_ptr<grpc::Channel> channel);
  ~GrpcUserDirectory() override;

  void Ask(const std::string& user_id, Source source, const std::string& request_id, runtime::Deadline deadline,
           Answer answer) override;
  [[nodiscard]] runtime::Result<void> Follow(const std::string& cursor, std::stop_token stop,
                                             const std::function<bool(const UserChanges&)>& take) override;

 private:
  struct Stubs;
  struct Question;
  void End(const Question* question);

  const std::unique_ptr<Stubs> stubs_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t under_way_ = 0;  // guarded by mutex_
};

}  // namespace inkwell::posts

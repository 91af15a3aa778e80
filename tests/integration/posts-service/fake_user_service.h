#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "inkwell/users/v1/users.grpc.pb.h"
#include "runtime/grpc_server.h"

namespace inkwell::posts {

// user-sync-service as posts-service sees it: GetUser and WatchUsers over a real port, told by the test what there is.
// Thread-safe.
class FakeUserService final : public users::v1::UserService::Service {
 public:
  FakeUserService();
  ~FakeUserService() override;

  [[nodiscard]] std::string target() const { return "127.0.0.1:" + std::to_string(port_); }

  // GetUser knows the user from now on; the stream does not tell (a webhook held back).
  void Know(const std::string& user_id);
  // GetUser forgets; the stream does not tell.
  void Forget(const std::string& user_id);
  // A change, for both.
  void Change(const std::string& user_id, bool banned = false);
  void Delete(const std::string& user_id);
  // Another database: the cursors given out so far are refused, and the stream knows of no change.
  void Replace();
  // Answers to GetUser wait, from now on, until Release.
  void Hold();
  void Release();

  void Stop();
  void Start();

  [[nodiscard]] int questions() const;

  grpc::Status GetUser(grpc::ServerContext* context, const users::v1::GetUserRequest* request,
                       users::v1::User* response) override;
  grpc::Status WatchUsers(grpc::ServerContext* context, const users::v1::WatchUsersRequest* request,
                          grpc::ServerWriter<users::v1::WatchUsersResponse>* writer) override;

 private:
  struct User {
    bool banned = false;
    bool deleted = false;
  };

  void Tell(const std::string& user_id, User user);
  [[nodiscard]] std::string CursorAt(std::size_t position) const;
  [[nodiscard]] bool ParseCursor(const std::string& cursor, std::size_t& position) const;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, User> users_;
  std::vector<std::string> changes_;
  int database_ = 1;
  bool held_ = false;
  bool stopping_ = false;
  int questions_ = 0;
  int port_ = 0;
  std::unique_ptr<runtime::GrpcServer> server_;
};

}  // namespace inkwell::posts

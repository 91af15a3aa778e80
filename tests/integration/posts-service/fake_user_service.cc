#include "tests/integration/posts-service/fake_user_service.h"

#include <gtest/gtest.h>

#include <charconv>

#include "runtime/call_context.h"

namespace inkwell::posts {
namespace {

grpc::Status Refuse(runtime::Code code, const std::string& reason) {
  return runtime::ToGrpcStatus({code, reason, "As the test wants it.", {}}, "users.inkwell");
}

}  // namespace

FakeUserService::FakeUserService() { Start(); }

FakeUserService::~FakeUserService() { Stop(); }

void FakeUserService::Start() {
  runtime::GrpcServerOptions options;
  options.listen = "127.0.0.1:" + std::to_string(port_);
  options.reflection = false;
  options.max_threads = 64;
  auto server = runtime::GrpcServer::Start(options, {this});
  ASSERT_TRUE(server.has_value());
  server_ = *std::move(server);
  port_ = server_->port();
  const std::lock_guard lock(mutex_);
  stopping_ = false;
}

void FakeUserService::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    held_ = false;
  }
  changed_.notify_all();
  server_.reset();
}

void FakeUserService::Know(const std::string& user_id) {
  const std::lock_guard lock(mutex_);
  users_[user_id] = {};
}

void FakeUserService::Forget(const std::string& user_id) {
  const std::lock_guard lock(mutex_);
  users_.erase(user_id);
}

void FakeUserService::Change(const std::string& user_id, bool banned) { Tell(user_id, {banned, false}); }

void FakeUserService::Delete(const std::string& user_id) { Tell(user_id, {false, true}); }

void FakeUserService::Tell(const std::string& user_id, User user) {
  {
    const std::lock_guard lock(mutex_);
    users_[user_id] = user;
    changes_.push_back(user_id);
  }
  changed_.notify_all();
}

void FakeUserService::Replace() {
  {
    const std::lock_guard lock(mutex_);
    ++database_;
    changes_.clear();
  }
  changed_.notify_all();
}

void FakeUserService::Hold() {
  const std::lock_guard lock(mutex_);
  held_ = true;
}

void FakeUserService::Release() {
  {
    const std::lock_guard lock(mutex_);
    held_ = false;
  }
  changed_.notify_all();
}

int FakeUserService::questions() const {
  const std::lock_guard lock(mutex_);
  return questions_;
}

grpc::Status FakeUserService::GetUser(grpc::ServerContext* context, const users::v1::GetUserRequest* request,
                                      users::v1::User* response) {
  std::unique_lock lock(mutex_);
  ++questions_;
  changed_.notify_all();
  changed_.wait_until(lock, context->deadline(), [this] { return !held_; });
  const auto user = users_.find(request->user_id());
  if (user == users_.end() || user->second.deleted) return Refuse(runtime::Code::kNotFound, "USER_NOT_FOUND");
  response->set_user_id(request->user_id());
  response->set_banned(user->second.banned);
  return grpc::Status::OK;
}

std::string FakeUserService::CursorAt(std::size_t position) const {
  return std::to_string(database_) + ":" + std::to_string(position);
}

bool FakeUserService::ParseCursor(const std::string& cursor, std::size_t& position) const {
  const std::string prefix = std::to_string(database_) + ":";
  if (cursor.empty()) return true;
  if (cursor.compare(0, prefix.size(), prefix) != 0) return false;
  std::from_chars(cursor.data() + prefix.size(), cursor.data() + cursor.size(), position);
  return position <= changes_.size();
}

grpc::Status FakeUserService::WatchUsers(grpc::ServerContext* context, const users::v1::WatchUsersRequest* request,
                                         grpc::ServerWriter<users::v1::WatchUsersResponse>* writer) {
  std::unique_lock lock(mutex_);
  std::size_t position = 0;
  if (!ParseCursor(request->cursor(), position)) return Refuse(runtime::Code::kFailedPrecondition, "CURSOR_INVALID");
  const int database = database_;
  bool first = true;
  while (!stopping_ && database == database_ && !context->IsCancelled()) {
    if (first || position < changes_.size()) {
      users::v1::WatchUsersResponse response;
      for (; position < changes_.size(); ++position) {
        const User& state = users_[changes_[position]];
        users::v1::User* user = response.add_users();
        user->set_user_id(changes_[position]);
        user->set_banned(state.banned);
        if (state.deleted) user->mutable_delete_time()->set_seconds(1);
      }
      response.set_cursor(CursorAt(position));
      response.set_caught_up(true);
      first = false;
      lock.unlock();
      if (!writer->Write(response)) return grpc::Status::CANCELLED;
      lock.lock();
      continue;
    }
    changed_.wait_for(lock, std::chrono::milliseconds(20));
  }
  return Refuse(runtime::Code::kUnavailable, "SHUTTING_DOWN");
}

}  // namespace inkwell::posts

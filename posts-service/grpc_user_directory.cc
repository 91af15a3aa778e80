#include "posts-service/grpc_user_directory.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <utility>

#include "inkwell/users/v1/users.grpc.pb.h"
#include "posts-service/errors.h"
#include "runtime/log.h"

namespace inkwell::posts {
namespace {

using Failure = tl::unexpected<runtime::Error>;

// A stream has no end of its own: it is opened anew after this time, so that no wait is for ever and replicas share the load
// again.
constexpr std::chrono::hours kStreamLife{1};

runtime::Principal Ourselves() { return {runtime::Principal::Kind::kService, "posts-service"}; }

Timestamp FromProto(const google::protobuf::Timestamp& time) {
  return Timestamp(std::chrono::seconds(time.seconds()) + std::chrono::microseconds(time.nanos() / 1000));
}

UserChanges FromProto(const users::v1::WatchUsersResponse& response) {
  UserChanges changes;
  changes.users.reserve(static_cast<std::size_t>(response.users_size()));
  for (const users::v1::User& user : response.users()) {
    changes.users.push_back({user.user_id(), user.has_delete_time(), user.banned(), FromProto(user.sync_time())});
  }
  changes.cursor = response.cursor();
  changes.caught_up = response.caught_up();
  return changes;
}

runtime::Result<KnownUser> ResultOf(const grpc::Status& status, const users::v1::User& user, const std::string& request_id) {
  if (status.ok()) {
    if (user.has_delete_time()) return Failure(UserNotFound());
    return KnownUser{user.banned()};
  }
  runtime::Error error = runtime::FromGrpcStatus(status);
  // The reason, too: NOT_FOUND alone could come from something between us and the service.
  if (error.code == runtime::Code::kNotFound && error.reason == "USER_NOT_FOUND") return Failure(UserNotFound());
  if (error.code == runtime::Code::kInvalidArgument && error.reason == "INVALID_FIELD") return Failure(std::move(error));
  if (error.code == runtime::Code::kFailedPrecondition && error.reason == "CLERK_NOT_CONFIGURED") {
    return Failure(ClerkNotConfigured());  // whoever asks on and on says so once
  }
  runtime::log::Warn("user-sync-service could not say whether a user exists",
                     {{"request_id", request_id}, {"code", runtime::CodeName(error.code)}, {"reason", error.reason}});
  return Failure(UsersUnavailable());
}

}  // namespace

struct GrpcUserDirectory::Stubs {
  std::unique_ptr<users::v1::UserService::Stub> users;
};

GrpcUserDirectory::GrpcUserDirectory(std::shared_ptr<grpc::Channel> channel)
    : stubs_(std::make_unique<Stubs>(Stubs{users::v1::UserService::NewStub(std::move(channel))})) {}

GrpcUserDirectory::~GrpcUserDirectory() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return under_way_ == 0; });
}

// It owns itself until it was answered.
struct GrpcUserDirectory::Question {
  grpc::ClientContext context;
  users::v1::GetUserRequest request;
  users::v1::User user;
  std::string request_id;
  Answer answer;
};

void GrpcUserDirectory::Ask(const std::string& user_id, Source source, const std::string& request_id, runtime::Deadline deadline,
                            Answer answer) {
  auto* const question = new Question;
  runtime::WriteCallContext({Ourselves(), request_id, deadline}, question->context);
  question->request_id = request_id;
  question->request.set_user_id(user_id);
  question->request.set_source(source == Source::kClerk ? users::v1::GetUserRequest::SOURCE_CLERK
                                                        : users::v1::GetUserRequest::SOURCE_COPY_THEN_CLERK);
  question->answer = std::move(answer);
  {
    const std::lock_guard lock(mutex_);
    ++under_way_;
  }
  stubs_->users->async()->GetUser(&question->context, &question->request, &question->user,
                                  [this, question](const grpc::Status& status) {
                                    // Also if the answer throws, which gRPC swallows: else the destructor waits for ever.
                                    const auto end = [this](const Question* answered) { End(answered); };
                                    const std::unique_ptr<Question, decltype(end)> ended(question, end);
                                    question->answer(ResultOf(status, question->user, question->request_id));
                                  });
}

void GrpcUserDirectory::End(const Question* question) {
  delete question;  // with the context, which holds a reference to the channel
  const std::lock_guard lock(mutex_);
  --under_way_;
  ended_.notify_all();  // under the lock: once it is given up, this object may be gone
}

runtime::Result<void> GrpcUserDirectory::Follow(const std::string& cursor, std::stop_token stop,
                                                const std::function<bool(const UserChanges&)>& take) {
  grpc::ClientContext context;
  runtime::WriteCallContext({Ourselves(), "", runtime::DeadlineAfter(kStreamLife)}, context);
  users::v1::WatchUsersRequest request;
  request.set_cursor(cursor);
  const std::unique_ptr<grpc::ClientReader<users::v1::WatchUsersResponse>> reader = stubs_->users->WatchUsers(&context, request);
  const std::stop_callback cancel(stop, [&context] { context.TryCancel(); });
  users::v1::WatchUsersResponse response;
  bool wants_more = true;
  while (wants_more && reader->Read(&response)) wants_more = take(FromProto(response));
  if (!wants_more) context.TryCancel();
  const grpc::Status status = reader->Finish();
  const bool is_renewal = status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
  if (!wants_more || stop.stop_requested() || is_renewal || status.ok()) return {};
  return Failure(runtime::FromGrpcStatus(status));
}

}  // namespace inkwell::posts

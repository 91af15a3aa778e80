#include "user-sync-service/user_rpc.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "google/rpc/status.pb.h"
#include "inkwell/users/v1/users.grpc.pb.h"
#include "runtime/call_context.h"
#include "user-sync-service/access.h"
#include "user-sync-service/backfill.h"
#include "user-sync-service/call_record.h"
#include "user-sync-service/change_feed.h"
#include "user-sync-service/event_intake.h"
#include "user-sync-service/instance_pin.h"
#include "user-sync-service/opaque_text.h"
#include "user-sync-service/profile_writer.h"
#include "user-sync-service/reasons.h"
#include "user-sync-service/stream_calls.h"
#include "user-sync-service/user_content.h"
#include "user-sync-service/user_proto.h"
#include "user-sync-service/user_service.h"

namespace inkwell::users {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;
using runtime::CallContext;
using runtime::Code;
using runtime::Error;
using runtime::Fail;
using runtime::Result;

constexpr std::chrono::milliseconds kMaxTimeout{10000};
constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 500;
constexpr int kMaxEvents = 256;  // of a batch

tl::unexpected<Error> InvalidField(const char* field, std::string message) {
  return Fail(Code::kInvalidArgument, reason::kInvalidField, std::move(message), {{"field", field}});
}

tl::unexpected<Error> ClerkNotConfigured() {
  return Fail(Code::kFailedPrecondition, reason::kClerkNotConfigured, "This service has no Clerk secret key.");
}

Caller CallerOf(const CallContext& call, CallbackServerContext* context) {
  return {call.deadline, [context] { return context->IsCancelled(); }};
}

ProfileWriter::Author AuthorOf(const CallContext& call) {
  const bool is_operator = call.principal.kind == runtime::Principal::Kind::kOperator;
  return is_operator ? ProfileWriter::Author::kOperator : ProfileWriter::Author::kUser;
}

// A call that is answered once.
struct UnaryCall {
  CallContext context;
  CallRecord record;
  ServerUnaryReactor* reactor;
};

// What answers a call: fills the response with the value by `fill`, or tells the error.
template <typename T, typename Fill>
Done<T> AnswerBy(const UnaryCall& call, Fill fill) {
  return [record = call.record, reactor = call.reactor, fill = std::move(fill)](Result<T> answer) {
    if (!answer) return reactor->Finish(record.Fail(answer.error()));
    if constexpr (std::is_void_v<T>) {
      fill();
    } else {
      fill(*std::move(answer));
    }
    reactor->Finish(record.Succeed());
  };
}

template <typename T, typename Response>
Done<T> AnswerWith(const UnaryCall& call, Response* response) {
  return AnswerBy<T>(call, [response](const T& value) { ToProto(value, *response); });
}

Done<void> AnswerEmpty(const UnaryCall& call) {
  return AnswerBy<void>(call, [] {});
}

// Answers a batch with the last of its results. Thread-safe for different events.
class BatchAnswers final {
 public:
  BatchAnswers(const UnaryCall& call, v1::BatchApplyUserEventsResponse& response, int count)
      : record_(call.record), reactor_(call.reactor), response_(response), missing_(count) {
    response_.mutable_results()->Reserve(count);
    for (int i = 0; i < count; ++i) response_.add_results();
  }

  // Once for each event; after the last this object's call is over.
  void Set(int event, const Result<Verdict>& verdict) {
    auto& result = *response_.mutable_results(event);
    if (verdict) {
      ToProto(*verdict, *result.mutable_response());
    } else {
      const bool is_first_defect = verdict.error().code == Code::kInternal && !defect_logged_.test_and_set();
      if (is_first_defect) record_.LogDefect(verdict.error());  // what failed for one of a batch failed for all
      *result.mutable_error() = runtime::ToRpcStatus(ForCaller(verdict.error()), kErrorDomain);
    }
    if (missing_.fetch_sub(1, std::memory_order_acq_rel) == 1) reactor_->Finish(record_.Succeed());
  }

 private:
  const CallRecord record_;
  ServerUnaryReactor* const reactor_;
  v1::BatchApplyUserEventsResponse& response_;
  std::atomic<int> missing_;
  std::atomic_flag defect_logged_;
};

class UserRpc final : public v1::UserService::CallbackService {
 public:
  explicit UserRpc(const UserRpcParts& parts) : parts_(parts) {}

  ServerUnaryReactor* GetUser(CallbackServerContext* context, const v1::GetUserRequest* request, v1::User* response) override {
    return Unary(Method::kGetUser, context, [=, this](const UnaryCall& call) -> Result<void> {
      if (auto user = CheckUser(request->user_id(), MayReadUser, call.context); !user) return user;
      const auto source = SourceFromProto(request->source());
      if (!source) return tl::unexpected<Error>(source.error());
      parts_.users.Get(request->user_id(), *source, CallerOf(call.context, context), AnswerWith<StoredUser>(call, response));
      return {};
    });
  }

  ServerUnaryReactor* ListUsers(CallbackServerContext* context, const v1::ListUsersRequest* request,
                                v1::ListUsersResponse* response) override {
    return Unary(Method::kListUsers, context, [=, this](const UnaryCall& call) -> Result<void> {
      if (auto allowed = MayUseWholeCopy(call.context.principal); !allowed) return allowed;
      if (request->page_size() < 0) return InvalidField("page_size", "The page size is negative.");
      const int limit = request->page_size() == 0 ? kDefaultPageSize : std::min(request->page_size(), kMaxPageSize);
      std::string after;
      if (!request->page_token().empty()) {
        auto last = DecodePageToken(request->page_token());
        if (!last) return Fail(Code::kInvalidArgument, reason::kInvalidPageToken, "The page token is not one of this service.");
        after = *std::move(last);
      }
      parts_.users.List(std::move(after), limit, CallerOf(call.context, context), AnswerWith<UserPage>(call, response));
      return {};
    });
  }

  ServerUnaryReactor* ApplyUserEvent(CallbackServerContext* context, const v1::ApplyUserEventRequest* request,
                                     v1::ApplyUserEventResponse* response) override {
    return Unary(Method::kApplyUserEvent, context, [=, this](const UnaryCall& call) -> Result<void> {
      if (auto allowed = MayUseWholeCopy(call.context.principal); !allowed) return allowed;
      EventIntake intake(parts_.users, parts_.instance, CallerOf(call.context, context));
      intake.Add(*request, AnswerWith<Verdict>(call, response));
      std::move(intake).Apply();
      return {};
    });
  }

  ServerUnaryReactor* BatchApplyUserEvents(CallbackServerContext* context, const v1::BatchApplyUserEventsRequest* request,
                                           v1::BatchApplyUserEventsResponse* response) override {
    return Unary(Method::kBatchApplyUserEvents, context, [=, this](const UnaryCall& call) -> Result<void> {
      if (auto allowed = MayUseWholeCopy(call.context.principal); !allowed) return allowed;
      const int count = request->requests_size();
      if (count == 0 || count > kMaxEvents) return InvalidField("requests", "A batch has 1 to 256 events.");
      const auto answers = std::make_shared<BatchAnswers>(call, *response, count);
      EventIntake intake(parts_.users, parts_.instance, CallerOf(call.context, context));
      for (int i = 0; i < count; ++i) {
        intake.Add(request->requests(i), [answers, i](const Result<Verdict>& verdict) { answers->Set(i, verdict); });
      }
      std::move(intake).Apply();
      return {};
    });
  }

  WatchReactor* WatchUsers(CallbackServerContext* context, const v1::WatchUsersRequest* request) override {
    CallRecord record(parts_.metrics, Method::kWatchUsers);
    if (const auto begun = Begin(*context, MayUseWholeCopy, record); !begun) {
      return RefuseStream<v1::WatchUsersResponse>(record.Fail(begun.error()));
    }
    std::optional<ChangeCursor> cursor;
    if (!request->cursor().empty()) {
      cursor = DecodeCursor(request->cursor());
      // Also a cursor that a newer program wrote: to start again is what helps then.
      if (!cursor) {
        return RefuseStream<v1::WatchUsersResponse>(
            record.Fail({Code::kFailedPrecondition,
                         reason::kCursorInvalid,
                         "The cursor is not one of this service. Start again from an empty cursor.",
                         {}}));
      }
    }
    return StartWatch(parts_.feed, std::move(cursor), std::move(record));
  }

  ServerUnaryReactor* UpdateUser(CallbackServerContext* context, const v1::UpdateUserRequest* request,
                                 v1::User* response) override {
    return Unary(Method::kUpdateUser, context, [=, this](const UnaryCall& call) -> Result<void> {
      if (auto user = CheckUser(request->user().user_id(), MayChangeUser, call.context); !user) return user;
      auto update = UpdateFromProto(*request);
      if (!update) return tl::unexpected<Error>(std::move(update).error());
      if (parts_.profiles == nullptr) return ClerkNotConfigured();
      parts_.profiles->Update(request->user().user_id(), AuthorOf(call.context), *std::move(update),
                              CallerOf(call.context, context), AnswerWith<StoredUser>(call, response));
      return {};
    });
  }

  ServerUnaryReactor* DeleteUser(CallbackServerContext* context, const v1::DeleteUserRequest* request,
                                 google::protobuf::Empty*) override {
    return Unary(Method::kDeleteUser, context, [=, this](const UnaryCall& call) -> Result<void> {
      if (auto user = CheckUser(request->user_id(), MayChangeUser, call.context); !user) return user;
      if (parts_.profiles == nullptr) return ClerkNotConfigured();
      parts_.profiles->Delete(request->user_id(), AuthorOf(call.context), CallerOf(call.context, context), AnswerEmpty(call));
      return {};
    });
  }

  ServerUnaryReactor* CreateTemplateToken(CallbackServerContext* context, const v1::CreateTemplateTokenRequest* request,
                                          v1::CreateTemplateTokenResponse* response) override {
    return Unary(Method::kCreateTemplateToken, context, [=, this](const UnaryCall& call) -> Result<void> {
      if (auto user = CheckUser(request->user_id(), MayActAsUser, call.context); !user) return user;
      auto token = TokenRequestFromProto(*request);
      if (!token) return tl::unexpected<Error>(std::move(token).error());
      if (parts_.profiles == nullptr) return ClerkNotConfigured();
      parts_.profiles->CreateTemplateToken(
          *std::move(token), CallerOf(call.context, context),
          AnswerBy<std::string>(call, [response](std::string jwt) { response->set_jwt(std::move(jwt)); }));
      return {};
    });
  }

  ServerUnaryReactor* ConfirmInstance(CallbackServerContext* context, const v1::ConfirmInstanceRequest* request,
                                      google::protobuf::Empty*) override {
    return Unary(Method::kConfirmInstance, context, [=, this](const UnaryCall& call) -> Result<void> {
      if (auto allowed = MayUseWholeCopy(call.context.principal); !allowed) return allowed;
      if (!IsInstanceId(request->instance_id())) return InvalidField("instance_id", "The instance id is missing or malformed.");
      parts_.instance.Confirm(request->instance_id(), CallerOf(call.context, context), AnswerEmpty(call));
      return {};
    });
  }

  BackfillReactor* BackfillUsers(CallbackServerContext* context, const v1::BackfillUsersRequest* request) override {
    CallRecord record(parts_.metrics, Method::kBackfillUsers);
    auto begun = Begin(*context, MayOperate, record).and_then([&](CallContext&&) { return BackfillFromProto(*request); });
    if (begun && parts_.backfill == nullptr) begun = ClerkNotConfigured();
    if (!begun) return RefuseStream<v1::BackfillUsersResponse>(record.Fail(begun.error()));
    return StartBackfill(*parts_.backfill, *std::move(begun), std::move(record));
  }

  ServerUnaryReactor* ExplainUser(CallbackServerContext* context, const v1::ExplainUserRequest* request,
                                  v1::ExplainUserResponse* response) override {
    return Unary(Method::kExplainUser, context, [=, this](const UnaryCall& call) -> Result<void> {
      if (auto allowed = MayOperate(call.context.principal); !allowed) return allowed;
      if (!IsUserId(request->user_id())) return InvalidField("user_id", "The user id is missing or malformed.");
      parts_.users.Explain(request->user_id(), CallerOf(call.context, context), AnswerWith<Explanation>(call, response));
      return {};
    });
  }

 private:
  using UserAccess = Result<void> (*)(const runtime::Principal& principal, std::string_view user_id);
  using Access = Result<void> (*)(const runtime::Principal& principal);

  [[nodiscard]] static Result<void> CheckUser(const std::string& user_id, UserAccess may, const CallContext& call) {
    if (!IsUserId(user_id)) return InvalidField("user_id", "The user id is missing or malformed.");
    return may(call.principal, user_id);
  }

  // Begins a call; `start` sees to the answer unless it fails.
  template <typename Start>
  ServerUnaryReactor* Unary(Method method, CallbackServerContext* context, Start&& start) {
    UnaryCall call{{}, {parts_.metrics, method}, context->DefaultReactor()};
    auto* const reactor = call.reactor;
    auto begun = Begin(*context, call.record);
    if (!begun) {
      reactor->Finish(call.record.Fail(begun.error()));
      return reactor;
    }
    call.context = *std::move(begun);
    if (const Result<void> started = start(call); !started) reactor->Finish(call.record.Fail(started.error()));
    return reactor;
  }

  [[nodiscard]] Result<CallContext> Begin(const CallbackServerContext& context, CallRecord& record) const {
    auto call = runtime::ReadCallContext(context, kMaxTimeout);
    if (call) record.Identify(call->request_id);
    if (call && !parts_.serving.load(std::memory_order_acquire)) {
      return Fail(Code::kUnavailable, reason::kDatabaseUnavailable, "The database is not ready yet. Try again.");
    }
    return call;
  }

  [[nodiscard]] Result<CallContext> Begin(const CallbackServerContext& context, Access may, CallRecord& record) const {
    return Begin(context, record).and_then([may](CallContext&& call) -> Result<CallContext> {
      if (auto allowed = may(call.principal); !allowed) return tl::unexpected<Error>(std::move(allowed).error());
      return std::move(call);
    });
  }

  const UserRpcParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeUserRpc(const UserRpcParts& parts) { return std::make_unique<UserRpc>(parts); }

}  // namespace inkwell::users

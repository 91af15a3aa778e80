#include "user-sync-service/user_rpc.h"

#include <grpcpp/grpcpp.h>

#include <optional>
#include <string>
#include <utility>

#include "inkwell/users/v1/users.grpc.pb.h"
#include "runtime/call_context.h"
#include "user-sync-service/access.h"
#include "user-sync-service/change_feed.h"
#include "user-sync-service/opaque_text.h"
#include "user-sync-service/reasons.h"
#include "user-sync-service/user_content.h"
#include "user-sync-service/user_proto.h"
#include "user-sync-service/user_service.h"

namespace inkwell::users {
namespace {

using grpc::CallbackServerContext;
using runtime::CallContext;
using runtime::Code;
using runtime::Error;
using runtime::Fail;
using runtime::Result;

constexpr std::chrono::milliseconds kMaxTimeout{10000};
constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 500;

grpc::Status ToStatus(const Error& error) { return runtime::ToGrpcStatus(error, kErrorDomain); }

tl::unexpected<Error> InvalidField(const char* field, std::string message) {
  return Fail(Code::kInvalidArgument, reason::kInvalidField, std::move(message), {{"field", field}});
}

Caller CallerOf(const CallContext& call, CallbackServerContext* context) {
  return {call.deadline, [context] { return context->IsCancelled(); }};
}

// One WatchUsers call. Lives until gRPC is done with it.
class WatchCall final : public grpc::ServerWriteReactor<v1::WatchUsersResponse>, public ChangeSink {
 public:
  explicit WatchCall(ChangeFeed& feed) : feed_(feed) {}

  void Start(std::optional<ChangeCursor> cursor) { id_ = feed_.Open(*this, std::move(cursor)); }

  void Send(ChangeBatch batch) override {
    response_.Clear();
    ToProto(batch, response_);
    StartWrite(&response_);
  }
  void End(const Error& why) override { Finish(ToStatus(why)); }

  void OnWriteDone(bool ok) override { feed_.Sent(id_, ok); }
  void OnCancel() override { feed_.Cancel(id_); }
  void OnDone() override { delete this; }

 private:
  ChangeFeed& feed_;
  std::atomic<ChangeFeed::SinkId> id_{0};
  v1::WatchUsersResponse response_;
};

// A call that is refused before it begins.
class RefusedWatch final : public grpc::ServerWriteReactor<v1::WatchUsersResponse> {
 public:
  explicit RefusedWatch(const Error& error) { Finish(ToStatus(error)); }
  void OnDone() override { delete this; }
};

class UserRpc final : public v1::UserService::CallbackService {
 public:
  UserRpc(UserService& users, ChangeFeed& feed, const std::atomic<bool>& serving)
      : users_(users), feed_(feed), serving_(serving) {}

  grpc::ServerUnaryReactor* GetUser(CallbackServerContext* context, const v1::GetUserRequest* request,
                                    v1::User* response) override {
    auto* const reactor = context->DefaultReactor();
    const auto begun = Begin(*context).and_then([&](CallContext&& call) -> Result<void> {
      if (!IsUserId(request->user_id())) return InvalidField("user_id", "The user id is missing or malformed.");
      if (auto allowed = MayReadUser(call.principal, request->user_id()); !allowed) return allowed;
      const auto source = SourceFromProto(request->source());
      if (!source) return tl::unexpected<Error>(source.error());
      users_.Get(request->user_id(), *source, CallerOf(call, context), [reactor, response](Result<StoredUser> user) {
        if (user) ToProto(*user, *response);
        reactor->Finish(user ? grpc::Status::OK : ToStatus(user.error()));
      });
      return {};
    });
    if (!begun) reactor->Finish(ToStatus(begun.error()));
    return reactor;
  }

  grpc::ServerUnaryReactor* ListUsers(CallbackServerContext* context, const v1::ListUsersRequest* request,
                                      v1::ListUsersResponse* response) override {
    auto* const reactor = context->DefaultReactor();
    const auto begun = BeginOnWholeCopy(*context).and_then([&](CallContext&& call) -> Result<void> {
      if (request->page_size() < 0) return InvalidField("page_size", "The page size is negative.");
      const int limit = request->page_size() == 0 ? kDefaultPageSize : std::min(request->page_size(), kMaxPageSize);
      std::string after;
      if (!request->page_token().empty()) {
        auto last = DecodePageToken(request->page_token());
        if (!last) return Fail(Code::kInvalidArgument, reason::kInvalidPageToken, "The page token is not one of this service.");
        after = *std::move(last);
      }
      users_.List(std::move(after), limit, CallerOf(call, context), [reactor, response](Result<UserPage> page) {
        if (!page) return reactor->Finish(ToStatus(page.error()));
        for (const StoredUser& user : page->users) ToProto(user, *response->add_users());
        if (page->more) response->set_next_page_token(EncodePageToken(page->users.back().user.id));
        reactor->Finish(grpc::Status::OK);
      });
      return {};
    });
    if (!begun) reactor->Finish(ToStatus(begun.error()));
    return reactor;
  }

  grpc::ServerUnaryReactor* ApplyUserEvent(CallbackServerContext* context, const v1::ApplyUserEventRequest* request,
                                           v1::ApplyUserEventResponse* response) override {
    auto* const reactor = context->DefaultReactor();
    const auto begun = BeginOnWholeCopy(*context).and_then([&](CallContext&& call) -> Result<void> {
      auto event = EventFromProto(*request);
      if (!event) return tl::unexpected<Error>(std::move(event).error());
      users_.Apply(*std::move(event), CallerOf(call, context), [reactor, response](Result<Verdict> verdict) {
        if (verdict) response->set_verdict(ToProto(*verdict));
        reactor->Finish(verdict ? grpc::Status::OK : ToStatus(verdict.error()));
      });
      return {};
    });
    if (!begun) reactor->Finish(ToStatus(begun.error()));
    return reactor;
  }

  grpc::ServerWriteReactor<v1::WatchUsersResponse>* WatchUsers(CallbackServerContext* context,
                                                               const v1::WatchUsersRequest* request) override {
    if (const auto call = BeginOnWholeCopy(*context); !call) return new RefusedWatch(call.error());
    std::optional<ChangeCursor> cursor;
    if (!request->cursor().empty()) {
      cursor = DecodeCursor(request->cursor());
      // Also a cursor that a newer program wrote: to start again is what helps then.
      if (!cursor) {
        return new RefusedWatch({Code::kFailedPrecondition,
                                 reason::kCursorInvalid,
                                 "The cursor is not one of this service. Start again from an empty cursor.",
                                 {}});
      }
    }
    auto* const watch = new WatchCall(feed_);
    watch->Start(std::move(cursor));
    return watch;
  }

 private:
  [[nodiscard]] Result<CallContext> Begin(const CallbackServerContext& context) const {
    auto call = runtime::ReadCallContext(context, kMaxTimeout);
    if (call && !serving_.load(std::memory_order_acquire)) {
      return Fail(Code::kUnavailable, reason::kDatabaseUnavailable, "The database is not ready yet. Try again.");
    }
    return call;
  }

  [[nodiscard]] Result<CallContext> BeginOnWholeCopy(const CallbackServerContext& context) const {
    return Begin(context).and_then([](CallContext&& call) -> Result<CallContext> {
      if (auto allowed = MayUseWholeCopy(call.principal); !allowed) return tl::unexpected<Error>(std::move(allowed).error());
      return std::move(call);
    });
  }

  UserService& users_;
  ChangeFeed& feed_;
  const std::atomic<bool>& serving_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeUserRpc(UserService& users, ChangeFeed& feed, const std::atomic<bool>& serving) {
  return std::make_unique<UserRpc>(users, feed, serving);
}

}  // namespace inkwell::users

#include "gateway/handlers/export_handler.h"

#include <google/protobuf/util/time_util.h>
#include <grpcpp/alarm.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <atomic>
#include <optional>
#include <string>
#include <utility>

#include "gateway/handlers/post_json.h"
#include "gateway/handlers/timestamp.h"
#include "gateway/handlers/user_json.h"
#include "gateway/http/response.h"
#include "gateway/http/service_error.h"
#include "runtime/log.h"

namespace inkwell::gateway {
namespace {

using posts::v1::ExportPostsResponse;

Response DocumentHead() {
  return {200, "application/json", {}, {{"Content-Disposition", R"(attachment; filename="inkwell-export.json")"}}};
}

// The call ExportPosts, from its messages to the client. Reads the next message when the one before was written. Owns itself
// until the call is over. The first message comes as soon as any answer must; the others follow at the client's pace.
class Download final : public grpc::ClientReadReactor<ExportPostsResponse> {
 public:
  Download(const ServiceClient<ExportHandler::Posts>& client, const runtime::CallContext& call, Places::Place place,
           std::string beginning, Reply reply)
      : client_(client),
        request_id_(call.request_id),
        place_(std::move(place)),
        next_(std::move(beginning)),
        reply_(std::move(reply)) {
    runtime::WriteCallContext(call, *context_);
    request_.set_author_id(call.principal.id);
  }

  // The first message has to come before `deadline`.
  void Begin(runtime::Deadline deadline) {
    if (!client_.TryBegin()) {
      place_.GiveBack();
      Fail(Overloaded());
      delete this;
      return;
    }
    client_.stub().async()->ExportPosts(context_.get(), &request_, this);
    AddHold();  // this must not end before the alarm is over
    // gRPC counts in wall time; a step of the clock meanwhile moves the end by as much.
    alarm_.Set(std::chrono::system_clock::now() + runtime::TimeLeft(deadline), [this](bool due) {
      if (due && !begun_) {
        late_ = true;
        context_->TryCancel();
      }
      RemoveHold();
    });
    StartRead(&message_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!begun_.exchange(true)) alarm_.Cancel();
    if (!ok) return;  // OnDone says why
    for (const posts::v1::Post& post : message_.posts()) {
      if (!first_) next_ += ',';
      first_ = false;
      AppendPost(next_, post);
    }
    AddHold();  // the call must not end while the client is awaited
    Body().Write(std::exchange(next_, {}), [this](bool open) {
      if (open) {
        StartRead(&message_);
      } else {
        context_->TryCancel();
      }
      RemoveHold();
    });
  }

  void OnDone(const grpc::Status& status) override {
    const bool answered = status.ok();
    place_.GiveBack();  // before the client learns of the end, and asks for the next one
    if (status.ok()) {
      Body();
      std::move(*stream_).Finish(next_ + "]}\n");
    } else {
      Fail(late_ ? runtime::Error{runtime::Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", "The posts did not come in time.", {}}
                 : runtime::FromGrpcStatus(status));
    }
    const ServiceClient<ExportHandler::Posts>& client = client_;
    delete this;  // with the context, which holds a reference to the channel
    client.End(answered);
  }

 private:
  // Sends the head with the first piece: until then the answer can still be an error.
  ResponseStream& Body() {
    if (!stream_) {
      stream_ = std::move(*reply_).Stream(DocumentHead(), [context = std::weak_ptr(context_)] {
        if (const auto call = context.lock()) call->TryCancel();
      });
      reply_.reset();
    }
    return *stream_;
  }

  void Fail(const runtime::Error& error) {
    if (reply_) {
      Response response = ErrorResponse(error, request_id_);
      return std::move(*reply_).Send(std::move(response));
    }
    if (error.code == runtime::Code::kCancelled) return;  // by us: the client left
    runtime::log::Warn("An export was cut", {{"request_id", request_id_}, {"reason", error.reason}});
  }

  const ServiceClient<ExportHandler::Posts>& client_;
  const std::string request_id_;
  Places::Place place_;
  const std::shared_ptr<grpc::ClientContext> context_ = std::make_shared<grpc::ClientContext>();  // for the client's leaving, too
  posts::v1::ExportPostsRequest request_;
  ExportPostsResponse message_;
  std::string next_;
  bool first_ = true;
  grpc::Alarm alarm_;  // at the end of the time for the first message
  std::atomic<bool> begun_{false};
  std::atomic<bool> late_{false};
  std::optional<Reply> reply_;  // until the head is sent, then the stream
  std::optional<ResponseStream> stream_;
};

}  // namespace

ExportHandler::ExportHandler(Service<Users> users, Service<Posts> posts, WallClock clock)
    : clock_(std::move(clock)), posts_(std::move(posts)), users_(std::move(users)) {}

void ExportHandler::Export(const RequestInfo& request, const SessionUser& user, Reply reply) const {
  auto place = places_.TryTake(user.id);
  if (!place) {
    reply.SetHeader({"Retry-After", "5"});
    return std::move(reply).Fail({429, "TOO_MANY_EXPORTS", "As many exports of this user are under way as may be.", {}});
  }
  users::v1::GetUserRequest question;
  question.set_user_id(user.id);
  question.set_source(users::v1::GetUserRequest::SOURCE_COPY_THEN_CLERK);
  runtime::CallContext download = CallFor(request, user);
  download.deadline = request.received_at() + kExportTimeout;
  StartCall(users_, &Users::async_interface::GetUser, CallFor(request, user), std::move(question), Retry::kOnceIfConnectionBroke,
            [this, download = std::move(download), begin_by = request.deadline(), place = *std::move(place),
             reply = std::move(reply)](runtime::Result<users::v1::User> found) mutable {
              if (!found) {
                place.GiveBack();
                Response refusal = ErrorResponse(found.error(), reply.request_id());
                return std::move(reply).Send(std::move(refusal));
              }
              using std::chrono::duration_cast;
              const auto now = duration_cast<std::chrono::milliseconds>(clock_().time_since_epoch());
              std::string beginning = R"({"exportedAt":)";
              AppendTimestamp(beginning, google::protobuf::util::TimeUtil::MillisecondsToTimestamp(now.count()));
              beginning += R"(,"user":)" + RenderUser(*found) + R"(,"posts":[)";
              auto* const reactor = new Download(posts_, download, std::move(place), std::move(beginning), std::move(reply));
              reactor->Begin(begin_by);
            });
}

}  // namespace inkwell::gateway

#include "posts-service/post_rpc.h"

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <optional>
#include <utility>

#include "inkwell/posts/v1/posts.grpc.pb.h"
#include "posts-service/errors.h"
#include "posts-service/post_export.h"
#include "posts-service/post_export_rpc.h"
#include "posts-service/post_proto.h"
#include "posts-service/post_reader.h"
#include "posts-service/post_rules.h"
#include "posts-service/post_writer.h"
#include "runtime/call_context.h"

namespace inkwell::posts {
namespace {

using grpc::CallbackServerContext;
using runtime::Result;
using Failure = tl::unexpected<runtime::Error>;

// A call without a deadline, or with a longer one, gets this.
constexpr std::chrono::milliseconds kMaxTimeout{10'000};

// What a call's completion needs. Small and copyable, because it travels in a std::function; the reactor lives until it is
// finished.
class Completion {
 public:
  Completion(Metrics& metrics, Method method, grpc::ServerUnaryReactor* reactor)
      : metrics_(&metrics), method_(method), reactor_(reactor), began_(std::chrono::steady_clock::now()) {}

  void Finish(const std::optional<runtime::Error>& error) const {
    metrics_->CallDone(method_, error ? std::optional(error->code) : std::nullopt, std::chrono::steady_clock::now() - began_);
    reactor_->Finish(error ? runtime::ToGrpcStatus(*error, kErrorDomain) : grpc::Status::OK);
  }

 private:
  Metrics* metrics_;
  Method method_;
  grpc::ServerUnaryReactor* reactor_;
  std::chrono::steady_clock::time_point began_;
};

class PostRpc final : public v1::PostService::CallbackService {
 public:
  PostRpc(PostReader& reader, PostExporter& exporter, PostWriter& writer, Metrics& metrics, Clock clock,
          const std::atomic<bool>& serving)
      : reader_(reader), exporter_(exporter), writer_(writer), metrics_(metrics), clock_(std::move(clock)), serving_(serving) {}

  grpc::ServerUnaryReactor* CreatePost(CallbackServerContext* context, const v1::CreatePostRequest* request,
                                       v1::Post* response) override {
    return Serve<Post>(
        Method::kCreatePost, context, response,
        [&](const runtime::Principal& principal) { return CheckCreate(principal, FromProto(*request), clock_()); },
        [&](Call call, NewPost post, Reply<Post> reply) { writer_.Create(std::move(call), std::move(post), std::move(reply)); });
  }

  grpc::ServerUnaryReactor* GetPost(CallbackServerContext* context, const v1::GetPostRequest* request,
                                    v1::Post* response) override {
    return Serve<Post>(
        Method::kGetPost, context, response,
        [&](const runtime::Principal& principal) { return CheckGet(principal, FromProto(*request)); },
        [&](Call call, PostKey key, Reply<Post> reply) { reader_.Get(std::move(call), std::move(key), std::move(reply)); });
  }

  grpc::ServerUnaryReactor* ListPosts(CallbackServerContext* context, const v1::ListPostsRequest* request,
                                      v1::ListPostsResponse* response) override {
    return Serve<PostPage>(
        Method::kListPosts, context, response,
        [&](const runtime::Principal& principal) { return CheckList(principal, FromProto(*request)); },
        [&](Call call, PostQuery query, Reply<PostPage> reply) {
          reader_.List(std::move(call), std::move(query), std::move(reply));
        });
  }

  grpc::ServerUnaryReactor* UpdatePost(CallbackServerContext* context, const v1::UpdatePostRequest* request,
                                       v1::Post* response) override {
    return Serve<Post>(
        Method::kUpdatePost, context, response,
        [&](const runtime::Principal& principal) -> Result<PostChange> {
          auto update = FromProto(*request);
          if (!update) return Failure(std::move(update).error());
          return CheckUpdate(principal, *std::move(update), clock_());
        },
        [&](Call call, PostChange change, Reply<Post> reply) {
          writer_.Update(std::move(call), std::move(change), std::move(reply));
        });
  }

  grpc::ServerUnaryReactor* DeletePost(CallbackServerContext* context, const v1::DeletePostRequest* request,
                                       google::protobuf::Empty* response) override {
    return Serve<void>(
        Method::kDeletePost, context, response,
        [&](const runtime::Principal& principal) { return CheckDelete(principal, FromProto(*request)); },
        [&](Call call, PostRemoval removal, Reply<void> reply) {
          writer_.Delete(std::move(call), std::move(removal), std::move(reply));
        });
  }

  grpc::ServerUnaryReactor* ListPublishedPosts(CallbackServerContext* context, const v1::ListPublishedPostsRequest* request,
                                               v1::ListPublishedPostsResponse* response) override {
    return Serve<PostPage>(
        Method::kListPublishedPosts, context, response,
        [&](const runtime::Principal&) { return CheckListPublished(FromProto(*request)); },
        [&](Call call, PostQuery query, Reply<PostPage> reply) {
          reader_.ListPublished(std::move(call), std::move(query), std::move(reply));
        });
  }

  grpc::ServerWriteReactor<v1::ExportPostsResponse>* ExportPosts(CallbackServerContext* context,
                                                                 const v1::ExportPostsRequest* request) override {
    auto call = runtime::ReadCallContext(*context, kMaxExportTimeout);
    if (!call) return RefuseExport(call.error(), metrics_);
    if (!serving_.load(std::memory_order_acquire)) return RefuseExport(DatabaseUnavailable(), metrics_);
    auto scan = CheckExport(call->principal, FromProto(*request));
    if (!scan) return RefuseExport(scan.error(), metrics_);
    return StartExport(*context, *std::move(call), *std::move(scan), exporter_, metrics_);
  }

 private:
  // `check(principal)` makes the command or says what is wrong; `start(call, command, reply)` carries it out.
  template <typename Answer, typename Response, typename Check, typename Start>
  grpc::ServerUnaryReactor* Serve(Method method, CallbackServerContext* context, Response* response, const Check& check,
                                  const Start& start) {
    auto* const reactor = context->DefaultReactor();
    const Completion completion(metrics_, method, reactor);
    auto call = runtime::ReadCallContext(*context, kMaxTimeout);
    if (!call) {
      completion.Finish(call.error());
      return reactor;
    }
    if (!serving_.load(std::memory_order_acquire)) {
      completion.Finish(DatabaseUnavailable());
      return reactor;
    }
    auto command = check(call->principal);
    if (!command) {
      completion.Finish(command.error());
      return reactor;
    }
    start(Call{std::move(call->principal), std::move(call->request_id), call->deadline,
               [context] { return context->IsCancelled(); }},
          *std::move(command), [completion, response](Result<Answer> answer) {
            static_cast<void>(response);  // not used where the answer is empty
            if (!answer) return completion.Finish(answer.error());
            if constexpr (!std::is_void_v<Answer>) ToProto(*std::move(answer), *response);
            completion.Finish(std::nullopt);
          });
    return reactor;
  }

  PostReader& reader_;
  PostExporter& exporter_;
  PostWriter& writer_;
  Metrics& metrics_;
  const Clock clock_;
  const std::atomic<bool>& serving_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePostRpc(PostReader& reader, PostExporter& exporter, PostWriter& writer, Metrics& metrics,
                                           Clock clock, const std::atomic<bool>& serving) {
  return std::make_unique<PostRpc>(reader, exporter, writer, metrics, std::move(clock), serving);
}

}  // namespace inkwell::posts

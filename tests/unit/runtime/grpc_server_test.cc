#include "runtime/grpc_server.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <future>
#include <mutex>

#include "inkwell/posts/v1/posts.grpc.pb.h"
#include "runtime/call_context.h"
#include "runtime/grpc_client.h"
#include "runtime/health_probe.h"
#include "tests/support/certificates.h"
#include "tests/support/eventually.h"
#include "tests/support/loopback.h"
#include "tests/support/status_matchers.h"

namespace inkwell::runtime {
namespace {

using namespace std::chrono_literals;
using inkwell::testing::Eventually;
using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using ::testing::HasSubstr;

constexpr char kServiceName[] = "inkwell.posts.v1.PostService";
constexpr auto kMaxTimeout = 5s;

// Answers GetPost with what it knows of the call, and holds a call for the post "held" until it is cancelled or Release.
class EchoService final : public posts::v1::PostService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetPost(grpc::CallbackServerContext* context, const posts::v1::GetPostRequest* request,
                                    posts::v1::Post* post) override {
    auto* reactor = new Reactor;
    const Result<CallContext> call = ReadCallContext(*context, kMaxTimeout);
    if (!call) {
      reactor->Finish(ToGrpcStatus(call.error(), "posts.inkwell"));
    } else if (request->post_id() == "held") {
      held_.set_value(reactor);
    } else {
      post->set_author_id(ToString(call->principal));
      post->set_title(call->request_id);
      post->mutable_create_time()->set_nanos(static_cast<int>(TimeLeft(call->deadline).count()));
      reactor->Finish(grpc::Status::OK);
    }
    return reactor;
  }

  [[nodiscard]] grpc::ServerUnaryReactor* WaitForHeldCall() { return held_.get_future().get(); }

 private:
  class Reactor final : public grpc::ServerUnaryReactor {
   public:
    void OnDone() override { delete this; }
    void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  };
  std::promise<grpc::ServerUnaryReactor*> held_;
};

CallContext Caller(std::chrono::milliseconds timeout = 10s) {
  return {{Principal::Kind::kUser, "user_1"}, "request-1", DeadlineAfter(timeout)};
}

Result<posts::v1::Post> GetPost(grpc::Channel& channel, const CallContext& caller, const std::string& post_id = "any") {
  const auto stub = posts::v1::PostService::NewStub(std::shared_ptr<grpc::Channel>(std::shared_ptr<void>(), &channel));
  grpc::ClientContext context;
  WriteCallContext(caller, context);
  posts::v1::GetPostRequest request;
  request.set_post_id(post_id);
  posts::v1::Post post;
  const grpc::Status status = stub->GetPost(&context, request, &post);
  if (!status.ok()) return tl::unexpected<Error>(FromGrpcStatus(status));
  return post;
}

// Calls by name, for the services whose protos are not packaged. Request and answer as protobuf's bytes.
Result<std::string> CallByName(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                               const std::string& request) {
  const grpc::Slice slice(request);
  const grpc::ByteBuffer request_bytes(&slice, 1);
  grpc::ByteBuffer answer_bytes;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 10s);
  std::promise<grpc::Status> done;
  grpc::GenericStub(channel).UnaryCall(&context, method, grpc::StubOptions(), &request_bytes, &answer_bytes,
                                       [&](const grpc::Status& status) { done.set_value(status); });
  const grpc::Status status = done.get_future().get();
  if (!status.ok()) return tl::unexpected<Error>(FromGrpcStatus(status));
  std::vector<grpc::Slice> slices;
  (void)answer_bytes.Dump(&slices);
  std::string answer;
  for (const grpc::Slice& part : slices) answer.append(reinterpret_cast<const char*>(part.begin()), part.size());
  return answer;
}

// grpc.health.v1: the request's field 1 is the service, the answer's field 1 is 1 for SERVING, 2 for NOT_SERVING.
Result<std::string> Health(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  const std::string request = service.empty() ? "" : "\x0A" + std::string(1, static_cast<char>(service.size())) + service;
  return CallByName(channel, "/grpc.health.v1.Health/Check", request);
}
const std::string kServing = "\x08\x01";
const std::string kNotServing = "\x08\x02";

class GrpcServerTest : public ::testing::Test {
 protected:
  std::unique_ptr<GrpcServer> Serve(GrpcServerOptions options = {}) {
    if (options.listen.empty()) options.listen = "127.0.0.1:0";
    auto server = GrpcServer::Start(options, {&service_});
    EXPECT_THAT(server, IsOk());
    return server ? *std::move(server) : nullptr;
  }
  static std::string Target(const GrpcServer& server) { return "127.0.0.1:" + std::to_string(server.port()); }

  EchoService service_;
};

TEST_F(GrpcServerTest, CarriesPrincipalRequestIdAndDeadline) {
  const auto server = Serve();
  const auto channel = MakeChannel(Target(*server), {});
  const Result<posts::v1::Post> post = GetPost(*channel, Caller(3s));
  ASSERT_THAT(post, IsOk());
  EXPECT_EQ(post->author_id(), "user:user_1");
  EXPECT_EQ(post->title(), "request-1");
  EXPECT_GT(post->create_time().nanos(), 0);
  EXPECT_LE(post->create_time().nanos(), 3100);  // gRPC rounds timeouts up on the wire
  // No call gets more time than the server grants.
  EXPECT_LE(GetPost(*channel, Caller(60s))->create_time().nanos(), 5000);
}

TEST_F(GrpcServerTest, ACallWithoutPrincipalIsUnauthenticated) {
  const auto server = Serve();
  const auto channel = MakeChannel(Target(*server), {});
  // A bad byte in metadata would abort the process: it is left out, and the server says what is missing.
  CallContext hostile = Caller();
  hostile.principal.id = "a\r\nb";
  hostile.request_id = "id with space\n";
  EXPECT_THAT(GetPost(*channel, hostile), FailsWith(Code::kUnauthenticated, "PRINCIPAL_REQUIRED"));
  hostile.principal.id = "ok";
  const Result<posts::v1::Post> post = GetPost(*channel, hostile);
  ASSERT_THAT(post, IsOk());
  EXPECT_EQ(post->title().size(), 32U);  // made by the server
}

TEST_F(GrpcServerTest, AnswersHealthByServiceName) {
  const auto server = Serve();
  const auto channel = MakeChannel(Target(*server), {});
  EXPECT_EQ(Health(channel, ""), kServing);
  EXPECT_EQ(Health(channel, kServiceName), kServing);
  EXPECT_THAT(Health(channel, "no.such.Service"), FailsWith(Code::kNotFound, "NOT_FOUND"));
  server->SetServing(false);
  EXPECT_EQ(Health(channel, ""), kNotServing);
  EXPECT_EQ(Health(channel, kServiceName), kNotServing);
  server->SetServing(true);
  EXPECT_EQ(Health(channel, kServiceName), kServing);
}

TEST_F(GrpcServerTest, HasReflectionOnlyWhereItIsOn) {
  // grpc.reflection.v1alpha: field 7 of the request is list_services.
  const std::string request = "\x3A\x01*";
  const std::string method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  const auto with = Serve();
  const Result<std::string> answer = CallByName(MakeChannel(Target(*with), {}), method, request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(*answer, HasSubstr(kServiceName));
  EchoService other;
  const auto without = GrpcServer::Start({.listen = "127.0.0.1:0", .tls = {}, .reflection = false}, {&other});
  ASSERT_THAT(without, IsOk());
  EXPECT_THAT(CallByName(MakeChannel(Target(**without), {}), method, request), FailsWith(Code::kUnimplemented, "UNIMPLEMENTED"));
}

TEST_F(GrpcServerTest, RefusesAPortInUseAndABadAddress) {
  const auto server = Serve();
  EchoService other;
  EXPECT_THAT(GrpcServer::Start({.listen = Target(*server), .tls = {}}, {&other}),
              FailsWith(Code::kUnavailable, "ADDRESS_IN_USE"));
  EXPECT_THAT(GrpcServer::Start({.listen = "nowhere", .tls = {}}, {&other}),
              FailsWith(Code::kInvalidArgument, "INVALID_ADDRESS"));
}

TEST_F(GrpcServerTest, ServesAUnixSocketAndReplacesAStaleOneOnly) {
  const std::string path = ::testing::TempDir() + "grpc_server_test_" + std::to_string(getpid()) + ".sock";
  const std::string address = "unix:" + path;
  // A socket file that nobody serves, as a killed process leaves it.
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  const int stale = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(stale, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  close(stale);
  {
    const auto server = Serve({.listen = address, .tls = {}});
    EXPECT_EQ(server->port(), 0);
    EXPECT_THAT(GetPost(*MakeChannel(address, {}), Caller()), IsOk());
    EchoService other;
    EXPECT_THAT(GrpcServer::Start({.listen = address, .tls = {}}, {&other}), FailsWith(Code::kUnavailable, "ADDRESS_IN_USE"));
    EXPECT_THAT(GetPost(*MakeChannel(address, {}), Caller()), IsOk());
  }
  unlink(path.c_str());
}

TEST_F(GrpcServerTest, DrainLetsACallUnderWayEnd) {
  const auto server = Serve();
  const auto channel = MakeChannel(Target(*server), {});
  auto call = std::async(std::launch::async, [&] { return GetPost(*channel, Caller(), "held"); });
  grpc::ServerUnaryReactor* const held = service_.WaitForHeldCall();
  auto drained = std::async(std::launch::async, [&] { server->Drain(20s); });
  ASSERT_TRUE(Eventually([&] { return !GetPost(*channel, Caller(200ms)).has_value(); }));  // no new calls
  held->Finish(grpc::Status::OK);
  EXPECT_THAT(call.get(), IsOk());
  EXPECT_EQ(drained.wait_for(10s), std::future_status::ready);
}

TEST_F(GrpcServerTest, DrainCancelsWhatOutlivesTheGrace) {
  const auto server = Serve();
  const auto channel = MakeChannel(Target(*server), {});
  auto call = std::async(std::launch::async, [&] { return GetPost(*channel, Caller(), "held"); });
  (void)service_.WaitForHeldCall();
  server->Drain(50ms);
  EXPECT_FALSE(call.get().has_value());
  server->Drain(50ms);  // idempotent
}

TEST_F(GrpcServerTest, AChannelIsBackWithinTwoSecondsOfARestart) {
  auto server = Serve();
  const std::string target = Target(*server);
  const auto channel = MakeChannel(target, {});
  ASSERT_THAT(GetPost(*channel, Caller()), IsOk());
  server.reset();
  EXPECT_THAT(GetPost(*channel, Caller()), FailsWith(Code::kUnavailable, "UNAVAILABLE"));
  EXPECT_FALSE(WaitForReady(*channel, DeadlineAfter(700ms)));
  server = Serve({.listen = target, .tls = {}});
  EXPECT_TRUE(Eventually([&] { return GetPost(*channel, Caller(1s)).has_value(); }, 2s));
  EXPECT_TRUE(WaitForReady(*channel, DeadlineAfter(1s)));
}

TEST_F(GrpcServerTest, AHealthProbeFollowsTheServer) {
  const std::string nobody = "127.0.0.1:" + std::to_string(inkwell::testing::FreePort());
  const HealthProbe nowhere(MakeChannel(nobody, {}));
  auto server = Serve();
  const std::string target = Target(*server);
  const HealthProbe probe(MakeChannel(target, {}));
  const auto becomes = [](const HealthProbe& asked, const std::string& why_not) {
    return Eventually([&] { return asked.WhyNot() == why_not; }, 3s);
  };
  EXPECT_TRUE(becomes(probe, "")) << "a channel that nothing else uses is connected too";
  server->SetServing(false);
  EXPECT_TRUE(becomes(probe, "not serving"));
  server.reset();
  EXPECT_TRUE(becomes(probe, "no connection"));
  server = Serve({.listen = target, .tls = {}});
  EXPECT_TRUE(becomes(probe, ""));
  EXPECT_TRUE(becomes(nowhere, "no connection"));
}

TEST_F(GrpcServerTest, MutualTlsLetsInOnlyCertificatesOfTheSameAuthority) {
  const inkwell::testing::CertificateDirectory ours;
  const inkwell::testing::CertificateDirectory theirs;
  const auto server = Serve({.listen = "localhost:0", .tls = ours.files()});
  const std::string target = "localhost:" + std::to_string(server->port());
  EXPECT_THAT(GetPost(*MakeChannel(target, ours.files()), Caller()), IsOk());
  EXPECT_THAT(GetPost(*MakeChannel(target, theirs.files()), Caller(2s)), ::testing::Not(IsOk()));
  EXPECT_THAT(GetPost(*MakeChannel(target, {}), Caller(2s)), ::testing::Not(IsOk()));
}

TEST_F(GrpcServerTest, UnreadableTlsFilesAreAnError) {
  EchoService other;
  const TlsFiles missing{"/no/ca", "/no/cert", "/no/key"};
  EXPECT_THAT(GrpcServer::Start({.listen = "127.0.0.1:0", .tls = missing}, {&other}),
              FailsWith(Code::kFailedPrecondition, "TLS_FILE_UNREADABLE"));
  EXPECT_THAT(GetPost(*MakeChannel("127.0.0.1:1", missing), Caller(1s)), ::testing::Not(IsOk()));
}

}  // namespace
}  // namespace inkwell::runtime

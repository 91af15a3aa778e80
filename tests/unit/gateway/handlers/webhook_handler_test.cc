#include "gateway/handlers/webhook_handler.h"

#include <google/protobuf/timestamp.pb.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <prometheus/registry.h>

#include <array>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/call_context.h"
#include "runtime/error.h"
#include "tests/unit/gateway/exchange.h"

namespace inkwell::gateway {
namespace {

constexpr const char* kSecret = "whsec_dGhpcyBpcyBhIHRlc3Qga2V5IG9mIDI0IGI=";
constexpr std::string_view kKey = "this is a test key of 24 b";

std::string Sign(const std::string& id, const std::string& timestamp, const std::string& body) {
  const std::string text = id + "." + timestamp + "." + body;
  std::array<unsigned char, 32> mac{};
  HMAC(EVP_sha256(), kKey.data(), static_cast<int>(kKey.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       mac.data(), nullptr);
  std::array<unsigned char, 45> base64{};
  EVP_EncodeBlock(base64.data(), mac.data(), static_cast<int>(mac.size()));
  return "v1," + std::string(reinterpret_cast<const char*>(base64.data()));
}

class FakeUsers final : public users::v1::UserService::Service {
 public:
  grpc::Status status = grpc::Status::OK;
  int calls = 0;
  users::v1::ApplyUserEventRequest applied;
  std::string principal;

  // The first event of an instance goes alone.
  grpc::Status ApplyUserEvent(grpc::ServerContext* context, const users::v1::ApplyUserEventRequest* request,
                              users::v1::ApplyUserEventResponse* response) override {
    users::v1::BatchApplyUserEventsRequest batch;
    *batch.add_requests() = *request;
    users::v1::BatchApplyUserEventsResponse answers;
    const grpc::Status outcome = BatchApplyUserEvents(context, &batch, &answers);
    if (outcome.ok()) *response = answers.results(0).response();
    return outcome;
  }

  grpc::Status BatchApplyUserEvents(grpc::ServerContext* context, const users::v1::BatchApplyUserEventsRequest* request,
                                    users::v1::BatchApplyUserEventsResponse* response) override {
    ++calls;
    EXPECT_EQ(request->requests_size(), 1);
    applied = request->requests(0);
    const auto read = runtime::ReadCallContext(*context, std::chrono::minutes(1));
    principal = read ? runtime::ToString(read->principal) : "";
    response->add_results()->mutable_response()->set_verdict(users::v1::ApplyUserEventResponse::VERDICT_APPLIED);
    return status;
  }
};

class WebhookHandlerTest : public testing::Test {
 protected:
  WebhookHandlerTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&users);
    server_ = builder.BuildAndStart();
    handler_ = std::make_unique<WebhookHandler>(clerk::WebhookVerifier::Create({.secrets = {kSecret}}).value(),
                                                users::v1::UserService::NewStub(server_->InProcessChannel({})),
                                                UserEventBatcher::Options{}, std::make_shared<prometheus::Registry>());
  }

  Response Deliver(const std::string& body, const std::string& signature_suffix = "", const std::string& id = "msg_1") {
    const std::string now = std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count());
    const Exchange exchange(
        {.method = "POST",
         .target = "/api/webhooks/clerk",
         .headers = {{"svix-id", id}, {"svix-timestamp", now}, {"svix-signature", Sign(id, now, body) + signature_suffix}},
         .body = body});
    handler_->Receive(exchange.request(), exchange.reply());
    auto answer = exchange.Answer();
    EXPECT_TRUE(answer.has_value());
    return std::move(answer).value_or(Response{});
  }

  FakeUsers users;

 private:
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<WebhookHandler> handler_;
};

constexpr const char* kCreated =
    R"({"object":"event","type":"user.created","timestamp":1767225600000,"instance_id":"ins_1","data":{
  "id":"user_2abc","object":"user","first_name":"Ada","last_name":null,"username":null,"image_url":"https://img.clerk.com/x",
  "primary_email_address_id":"idn_2","email_addresses":[{"id":"idn_1","email_address":"old@example.com"},
  {"id":"idn_2","email_address":"ada@example.com"}],"public_metadata":{"b":1,"a":2},"banned":false,"locked":true,
  "created_at":1767225600001,"updated_at":1767225600002}})";

TEST_F(WebhookHandlerTest, AppliesAUserAndSaysReceived) {
  const Response response = Deliver(kCreated);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.view(), "Webhook received");
  EXPECT_EQ(users.principal, "service:gateway");
  EXPECT_EQ(users.applied.event_id(), "msg_1");
  EXPECT_EQ(users.applied.instance_id(), "ins_1");
  const users::v1::User& user = users.applied.user();
  EXPECT_EQ(user.user_id(), "user_2abc");
  EXPECT_EQ(user.email(), "ada@example.com");
  EXPECT_EQ(user.first_name(), "Ada");
  EXPECT_FALSE(user.has_last_name());
  EXPECT_EQ(user.public_metadata_json(), R"({"a":2,"b":1})");
  EXPECT_TRUE(user.locked());
  EXPECT_EQ(user.create_time().nanos(), 1'000'000);
  EXPECT_EQ(user.update_time().seconds(), 1'767'225'600);
  EXPECT_EQ(user.update_time().nanos(), 2'000'000);
}

TEST_F(WebhookHandlerTest, AppliesASparseUser) {
  EXPECT_EQ(Deliver(R"({"type":"user.updated","data":{"id":"user_2abc","updated_at":5}})").status, 200);
  EXPECT_FALSE(users.applied.user().has_email());
  EXPECT_FALSE(users.applied.user().has_image_url());
}

// Whether a time can be is for user-sync-service to say.
TEST_F(WebhookHandlerTest, HandsAnyTimeOn) {
  struct Case {
    const char* updated_at;
    std::int64_t seconds;
    int nanos;
  };
  for (const Case& each : {Case{"1700000000000000", 1'700'000'000'000, 0}, Case{"-62135596800001", -62'135'596'801, 999'000'000},
                           Case{"-9223372036854775808", -9'223'372'036'854'776, 192'000'000}}) {
    EXPECT_EQ(
        Deliver(R"({"type":"user.updated","data":{"id":"user_2abc","updated_at":)" + std::string(each.updated_at) + "}}").status,
        200);
    EXPECT_EQ(users.applied.user().update_time().seconds(), each.seconds) << each.updated_at;
    EXPECT_EQ(users.applied.user().update_time().nanos(), each.nanos) << each.updated_at;
  }
}

TEST_F(WebhookHandlerTest, AppliesADeletion) {
  EXPECT_EQ(Deliver(R"({"type":"user.deleted","data":{"id":"user_2abc","object":"user","deleted":true}})").status, 200);
  EXPECT_EQ(users.applied.deleted_user_id(), "user_2abc");
}

TEST_F(WebhookHandlerTest, IgnoresEventsThatConcernNoUser) {
  for (const char* body : {R"({"type":"session.created","data":{"id":"sess_1","user_id":"user_2abc"}})",
                           R"({"type":"user.deleted","data":{"object":"user","deleted":true}})",
                           R"({"type":"user.created","data":{"object":"user"}})", R"({"type":"something.new","data":null})"}) {
    const Response response = Deliver(body);
    EXPECT_EQ(response.status, 200) << body;
    EXPECT_EQ(response.body.view(), "Webhook received");
  }
  EXPECT_EQ(users.calls, 0);
}

TEST_F(WebhookHandlerTest, RefusesABadSignatureUnread) {
  const Response response = Deliver(kCreated, "x");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(nlohmann::json::parse(response.body.view())["reason"], "no-matching-signature");
  EXPECT_EQ(users.calls, 0);
}

TEST_F(WebhookHandlerTest, RefusesADeliveryWithoutSignature) {
  const Exchange exchange({.method = "POST", .body = kCreated});
  WebhookHandler handler(clerk::WebhookVerifier::Create({.secrets = {kSecret}}).value(), nullptr, UserEventBatcher::Options{},
                         std::make_shared<prometheus::Registry>());
  handler.Receive(exchange.request(), exchange.reply());
  const auto answer = exchange.Answer();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 400);
  EXPECT_EQ(nlohmann::json::parse(answer->body.view())["reason"], "missing-headers");
}

TEST_F(WebhookHandlerTest, AsksForAnotherDeliveryWhileTheEffectIsNotDurable) {
  for (const auto& [code, reason] :
       {std::pair{runtime::Code::kUnavailable, "DATABASE_UNAVAILABLE"},
        std::pair{runtime::Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"}, std::pair{runtime::Code::kInternal, "INTERNAL"},
        std::pair{runtime::Code::kUnimplemented, "UNIMPLEMENTED"}}) {
    users.status = runtime::ToGrpcStatus(runtime::Error{code, reason, "not now", {}}, "users.inkwell");
    const Response response = Deliver(kCreated);
    EXPECT_EQ(response.status, 503) << reason;
    EXPECT_EQ(HeaderOf(response, "Retry-After"), "1") << reason;
  }
}

TEST_F(WebhookHandlerTest, SaysWhatIsWrongWithTheEventItself) {
  users.status = runtime::ToGrpcStatus(
      runtime::Error{runtime::Code::kInvalidArgument, "INVALID_FIELD", "The id is bad.", {{"field", "user_id"}}},
      "users.inkwell");
  EXPECT_EQ(Deliver(kCreated).status, 400);
  users.status =
      runtime::ToGrpcStatus(runtime::Error{runtime::Code::kFailedPrecondition, "INSTANCE_MISMATCH", "No.", {}}, "users.inkwell");
  EXPECT_EQ(Deliver(kCreated).status, 409);
}

// A header may hold any bytes, and a protobuf string may not: the other events of the call would suffer.
TEST_F(WebhookHandlerTest, AnIdThatIsNoTextIsLeftOut) {
  for (const std::string& id : {std::string("msg_\xff"), std::string(65, 'm')}) {
    EXPECT_EQ(Deliver(kCreated, "", id).status, 200);
    EXPECT_EQ(users.applied.event_id(), "");
    EXPECT_EQ(users.applied.user().user_id(), "user_2abc");
  }
}

}  // namespace
}  // namespace inkwell::gateway

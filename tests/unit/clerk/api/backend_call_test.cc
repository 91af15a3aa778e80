#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "clerk/backend_client.h"
#include "tests/unit/clerk/fakes.h"

namespace clerk {
namespace {

using std::chrono::milliseconds;
using testing::FakeClock;
using testing::FakeHttpClient;
using testing::JsonResponse;

class BackendCallTest : public ::testing::Test {
 protected:
  BackendClient Make(BackendClientOptions options = {.secret_key = "sk_test_x"}) const {
    options.http = http_;
    options.clock = &clock_;
    return std::move(*BackendClient::Create(std::move(options)));
  }
  void Serve(const std::string& body, int status = 200) const {
    http_->SetAnswer([body, status](const HttpRequest&) { return JsonResponse(body, status); });
  }
  HttpRequest Sent() const {
    const auto requests = http_->requests();
    return requests.empty() ? HttpRequest() : requests.back();
  }
  std::string Bearer() const {
    for (const HttpHeader& header : Sent().headers) {
      if (header.name == "Authorization") return header.value;
    }
    return {};
  }

  FakeClock clock_;
  std::shared_ptr<FakeHttpClient> http_ = std::make_shared<FakeHttpClient>([](const HttpRequest&) { return JsonResponse("{}"); });
};

TEST_F(BackendCallTest, CallsAnyOperationByItsName) {
  Serve(R"({"object":"machine_secret_key","secret":"ak_new"})");
  const auto result = Make().Call("machines.rotateSecretKey", R"([{"machineId":"mch_1","previousTokenTtl":0}])");
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, R"({"secret":"ak_new"})");
  EXPECT_EQ(Sent().method, "POST");
  EXPECT_EQ(Sent().url, "https://api.clerk.com/v1/machines/mch_1/secret_key/rotate");
  EXPECT_EQ(Sent().body, R"({"previous_token_ttl":0})");
}

TEST_F(BackendCallTest, ArgumentsThatAreNotJsonAreRefusedBeforeAnyCall) {
  for (const char* arguments : {"", "[", "{}", "[] x"}) {
    const auto result = Make().Call("domains.list", arguments);
    ASSERT_FALSE(result) << arguments;
    EXPECT_EQ(result.error().failure, ApiFailure::kInvalidArgument);
  }
  EXPECT_EQ(http_->calls(), 0U);
}

TEST_F(BackendCallTest, MachineTokensAreCalledWithoutAVersionUnlessOneIsSet) {
  ASSERT_TRUE(Make().Call("apiKeys.get", R"(["ak_1"])"));
  EXPECT_EQ(Sent().url, "https://api.clerk.com/api_keys/ak_1");
  ASSERT_TRUE(Make({.secret_key = "sk_test_x", .machine_api_version = "v1"}).Call("apiKeys.get", R"(["ak_1"])"));
  EXPECT_EQ(Sent().url, "https://api.clerk.com/v1/api_keys/ak_1");
}

TEST_F(BackendCallTest, AMachinesKeyGoesBeforeTheSecretKeyForItsTokensOnly) {
  const auto client = Make({.secret_key = "sk_test_x", .machine_secret_key = "ak_client"});
  ASSERT_TRUE(client.Call("m2m.list", "[{}]"));
  EXPECT_EQ(Bearer(), "Bearer ak_client");
  ASSERT_TRUE(client.Call("m2m.list", R"([{"machineSecretKey":"ak_call"}])"));
  EXPECT_EQ(Bearer(), "Bearer ak_call");
  EXPECT_EQ(Sent().url, "https://api.clerk.com/m2m_tokens");
  ASSERT_TRUE(client.Call("apiKeys.list", "[{}]"));
  EXPECT_EQ(Bearer(), "Bearer sk_test_x");
}

TEST_F(BackendCallTest, WithoutASecretKeyOnlyMachineTokensCanBeAskedFor) {
  const auto client = Make({.machine_secret_key = "ak_client"});
  EXPECT_TRUE(client.Call("m2m.list", "[{}]"));
  const auto user = client.users().Get("user_1");
  ASSERT_FALSE(user);
  EXPECT_EQ(user.error().failure, ApiFailure::kInvalidArgument);
  EXPECT_EQ(http_->calls(), 1U);
}

TEST_F(BackendCallTest, TheSecondRequestIsNotSentWhenTheFirstFails) {
  Serve("{}", 422);
  EXPECT_FALSE(Make().Call("users.updateUser", R"(["user_1",{"firstName":"A","publicMetadata":{}}])"));
  EXPECT_EQ(http_->calls(), 1U);
}

TEST_F(BackendCallTest, ListsAndCountsMakeAPage) {
  http_->SetAnswer([](const HttpRequest& request) {
    return JsonResponse(request.url.ends_with("/count") ? R"({"object":"total_count","total_count":41})"
                                                        : R"([{"id":"user_1"}])");
  });
  const auto page = Make().users().ListPage();
  ASSERT_TRUE(page);
  EXPECT_EQ(page->total_count, 41);
  EXPECT_EQ(page->data.at(0).id, "user_1");
}

TEST_F(BackendCallTest, ACancelledCallSendsNothing) {
  std::stop_source source;
  source.request_stop();
  const auto result = Make().Call("domains.list", "[]", {.cancel = source.get_token()});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().failure, ApiFailure::kCancelled);
  EXPECT_FALSE(result.error().IsTransient());
  EXPECT_EQ(http_->calls(), 0U);
}

TEST_F(BackendCallTest, CancellationEndsTheExchangeAndTheRetries) {
  std::stop_source source;
  http_->SetAnswer([&source](const HttpRequest& request) {
    EXPECT_TRUE(request.cancel.stop_possible());
    source.request_stop();
    return HttpError{HttpFailure::kUnreachable, "cancelled"};
  });
  const auto result =
      Make({.secret_key = "sk_test_x", .max_retries = 3}).Call("domains.list", "[]", {.cancel = source.get_token()});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().failure, ApiFailure::kCancelled);
  EXPECT_EQ(http_->calls(), 1U);
}

TEST_F(BackendCallTest, PausesBetweenAttemptsAreCutShort) {
  std::stop_source source;
  http_->SetAnswer([&source](const HttpRequest&) {
    source.request_stop();
    return HttpResponse{503, {}, ""};
  });
  const auto before = clock_.SteadyNow();
  const auto result =
      Make({.secret_key = "sk_test_x", .max_retries = 3}).Call("domains.list", "[]", {.cancel = source.get_token()});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().failure, ApiFailure::kCancelled);
  EXPECT_EQ(clock_.SteadyNow(), before);
}

TEST_F(BackendCallTest, PausesGrowByHalf) {
  Serve("{}", 503);
  const auto before = clock_.SteadyNow();
  EXPECT_FALSE(Make({.secret_key = "sk_test_x", .max_retries = 3}).Call("domains.list"));
  EXPECT_EQ(clock_.SteadyNow() - before, milliseconds(500 + 750 + 1125));
  EXPECT_EQ(http_->calls(), 4U);
}

TEST_F(BackendCallTest, UploadsAFile) {
  Serve(R"({"id":"user_1"})");
  ASSERT_TRUE(Make().users().UpdateProfileImage("user_1", {.content = "PNG", .name = "me.png", .content_type = "image/png"}));
  EXPECT_EQ(Sent().url, "https://api.clerk.com/v1/users/user_1/profile_image");
  EXPECT_NE(Sent().body.find("filename=\"me.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n"), std::string::npos);
}

TEST_F(BackendCallTest, TypedOrganizationsSendWhatIsGiven) {
  Serve(R"({"object":"organization","id":"org_1","name":"N"})");
  const auto client = Make();
  const auto created =
      client.organizations().Create({.name = "N", .max_allowed_memberships = 0, .public_metadata = R"({"aB":1})"});
  ASSERT_TRUE(created);
  EXPECT_EQ(created->id, "org_1");
  EXPECT_EQ(Sent().body, R"({"max_allowed_memberships":0,"name":"N","public_metadata":{"aB":1}})");
  EXPECT_EQ(client.organizations().Create({.name = "N", .public_metadata = "[]"}).error().failure, ApiFailure::kInvalidArgument);
  EXPECT_EQ(http_->calls(), 1U);
}

TEST_F(BackendCallTest, TypedPagesHaveTheirTotal) {
  Serve(R"({"data":[{"object":"organization_invitation","id":"orginv_1","email_address":"a@x.io"}],"total_count":9})");
  const auto page = Make().organizations().ListInvitations("org_1", {"pending"}, {.limit = 5});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->total_count, 9);
  EXPECT_EQ(page->data.at(0).email_address, "a@x.io");
  EXPECT_EQ(Sent().url, "https://api.clerk.com/v1/organizations/org_1/invitations?limit=5&status=pending");
  Serve(R"({"data":[{}],"total_count":1})");
  EXPECT_EQ(Make().organizations().ListInvitations("org_1").error().failure, ApiFailure::kMalformedReply);
}

TEST_F(BackendCallTest, KeysNeverStandInErrors) {
  http_->SetAnswer([](const HttpRequest&) { return JsonResponse(R"({"errors":[{"code":"clerk_key_invalid"}]})", 401); });
  const auto result = Make({.secret_key = "sk_test_secret"}).Call("domains.list");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message.find("sk_test_secret"), std::string::npos);
  EXPECT_TRUE(result.error().HasCode("clerk_key_invalid"));
}

TEST_F(BackendCallTest, AnErrorWithBrokenJsonKeepsItsStatusAndMayBeTransient) {
  Serve("{\"errors\":", 503);
  const auto unavailable = Make().Call("domains.list");
  ASSERT_FALSE(unavailable);
  EXPECT_EQ(unavailable.error().failure, ApiFailure::kMalformedReply);
  EXPECT_EQ(unavailable.error().status, 503);
  EXPECT_TRUE(unavailable.error().HasCode("unexpected_error"));
  EXPECT_TRUE(unavailable.error().IsTransient());
  Serve("", 401);
  EXPECT_FALSE(Make().Call("domains.list").error().IsTransient());
}

TEST_F(BackendCallTest, AnEmptyBodyIsNoJson) {
  Serve("");
  const auto result = Make().Call("domains.list");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().failure, ApiFailure::kMalformedReply);
  Serve("", 204);
  EXPECT_TRUE(Make().Call("webhooks.deleteSvixApp"));
  http_->SetAnswer([](const HttpRequest&) { return HttpResponse{200, {}, ""}; });
  EXPECT_TRUE(Make().Call("webhooks.deleteSvixApp"));
}

TEST_F(BackendCallTest, ReadsTheInstanceItsKeysAndASession) {
  const auto client = Make();
  Serve(R"({"object":"instance","id":"ins_1","environment_type":"development","allowed_origins":["chrome-extension://x"]})");
  const auto instance = client.instance().Get();
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->id, "ins_1");
  EXPECT_EQ(instance->allowed_origins.size(), 1U);
  Serve(R"({"keys":[{"kid":"ins_1","kty":"RSA"}]})");
  const auto jwks = client.jwks().Get();
  ASSERT_TRUE(jwks);
  EXPECT_EQ(jwks->key_ids, std::vector<std::string>{"ins_1"});
  Serve(R"({"object":"session","id":"sess_1","user_id":"user_1","status":"active","actor":{"sub":"user_2"}})");
  const auto session = client.sessions().Get("sess_1");
  ASSERT_TRUE(session);
  EXPECT_EQ(session->user_id, "user_1");
  EXPECT_EQ(session->actor, R"({"sub":"user_2"})");
}

}  // namespace
}  // namespace clerk

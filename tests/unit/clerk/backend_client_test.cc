#include "clerk/backend_client.h"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/clerk/fakes.h"

namespace clerk {
namespace {

using std::chrono::milliseconds;
using testing::FakeClock;
using testing::FakeHttpClient;
using testing::JsonResponse;

class BackendClientTest : public ::testing::Test {
 protected:
  BackendClient Make(int max_retries = 0) const {
    BackendClientOptions options;
    options.secret_key = "sk_test_x";
    options.http = http_;
    options.clock = &clock_;
    options.max_retries = max_retries;
    return std::move(*BackendClient::Create(options));
  }
  void Serve(const std::string& body, int status = 200) const {
    http_->SetAnswer([body, status](const HttpRequest&) { return JsonResponse(body, status); });
  }
  HttpRequest Sent() const {
    const auto requests = http_->requests();
    EXPECT_EQ(requests.size(), 1U);
    return requests.empty() ? HttpRequest() : requests.back();
  }

  FakeClock clock_;
  std::shared_ptr<FakeHttpClient> http_ =
      std::make_shared<FakeHttpClient>([](const HttpRequest&) { return JsonResponse(R"({"id":"user_1"})"); });
};

TEST_F(BackendClientTest, SendsClerksHeaders) {
  ASSERT_TRUE(Make().users().Get("user_1"));
  const auto request = Sent();
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.url, "https://api.clerk.com/v1/users/user_1");
  EXPECT_TRUE(request.body.empty());
  nlohmann::json headers;
  for (const auto& header : request.headers) headers[header.name] = header.value;
  EXPECT_EQ(headers["Authorization"], "Bearer sk_test_x");
  EXPECT_EQ(headers["Clerk-API-Version"], "2026-05-12");
  EXPECT_EQ(headers["Content-Type"], "application/json");
  EXPECT_TRUE(headers.contains("User-Agent"));
}

TEST_F(BackendClientTest, ListsOnePageAndLeavesDefaultsOut) {
  Serve(R"([{"id":"user_1"},{"id":"user_2"}])");
  const auto users = Make().users().List({.limit = 2, .offset = 0, .order_by = "+created_at", .user_ids = {"user_1", "user_2"}});
  ASSERT_TRUE(users);
  EXPECT_EQ(users->at(1).id, "user_2");
  EXPECT_EQ(Sent().url, "https://api.clerk.com/v1/users?limit=2&order_by=%2Bcreated_at&user_id=user_1&user_id=user_2");
}

TEST_F(BackendClientTest, Counts) {
  Serve(R"({"object":"total_count","total_count":7})");
  const auto count = Make().users().Count({.query = "a b"});
  ASSERT_TRUE(count);
  EXPECT_EQ(*count, 7);
  EXPECT_EQ(Sent().url, "https://api.clerk.com/v1/users/count?query=a+b");
}

TEST_F(BackendClientTest, UpdatesOnlyWhatIsGivenAndClearsWithNull) {
  UserUpdate update;
  update.first_name = "Ada";
  update.last_name = kNull;
  ASSERT_TRUE(Make().users().Update("user_1", update));
  EXPECT_EQ(Sent().method, "PATCH");
  EXPECT_EQ(Sent().body, R"({"first_name":"Ada","last_name":null})");
}

TEST_F(BackendClientTest, Deletes) {
  Serve(R"({"object":"user","id":"user_1","deleted":true})");
  const auto deleted = Make().users().Delete("user_1");
  ASSERT_TRUE(deleted);
  EXPECT_TRUE(deleted->deleted);
  EXPECT_EQ(deleted->id, "user_1");
  EXPECT_EQ(Sent().method, "DELETE");
}

TEST_F(BackendClientTest, MakesTokensOfATemplate) {
  Serve(R"({"object":"token","jwt":"a.b.c"})");
  const auto token = Make().sessions().GetToken("sess_1", {"supa base", std::chrono::seconds(0)});
  ASSERT_TRUE(token);
  EXPECT_EQ(*token, "a.b.c");
  EXPECT_EQ(Sent().method, "POST");
  EXPECT_EQ(Sent().url, "https://api.clerk.com/v1/sessions/sess_1/tokens/supa%20base");
  EXPECT_EQ(Sent().body, R"({"expires_in_seconds":0})");
}

TEST_F(BackendClientTest, MakesOrdinaryTokensWithoutABody) {
  Serve(R"({"object":"token","jwt":"a.b.c"})");
  ASSERT_TRUE(Make().sessions().GetToken("sess_1"));
  EXPECT_EQ(Sent().url, "https://api.clerk.com/v1/sessions/sess_1/tokens");
  EXPECT_TRUE(Sent().body.empty());
}

TEST_F(BackendClientTest, EncodesIdsAsOneSegment) {
  ASSERT_TRUE(Make().users().Get("a b?c#d/e"));
  EXPECT_EQ(Sent().url, "https://api.clerk.com/v1/users/a%20b%3Fc%23d%2Fe");
}

TEST_F(BackendClientTest, RefusesIdsThatWouldLeaveTheResource) {
  const auto client = Make();
  for (const char* id : {"", ".", "..", "../organizations", "%2e%2e/x", "%252e%252e", "a/../b"}) {
    const auto user = client.users().Get(id);
    ASSERT_FALSE(user) << id;
    EXPECT_EQ(user.error().failure, ApiFailure::kInvalidArgument);
  }
  EXPECT_EQ(http_->calls(), 0U);
}

TEST_F(BackendClientTest, TellsClerksErrors) {
  http_->SetAnswer([](const HttpRequest&) {
    HttpResponse response = JsonResponse(
        R"({"errors":[{"code":"too_many_requests","message":"short","long_message":"long","meta":{"param_name":"x","other":1}}],)"
        R"("clerk_trace_id":"t1"})",
        429);
    response.headers.push_back({"Retry-After", "3.9"});
    response.headers.push_back({"CF-Ray", "ray"});
    return response;
  });
  const auto user = Make().users().Get("user_1");
  ASSERT_FALSE(user);
  const ApiError& error = user.error();
  EXPECT_EQ(error.status, 429);
  EXPECT_EQ(error.trace_id, "t1");
  EXPECT_EQ(error.retry_after, std::chrono::seconds(3));
  EXPECT_TRUE(error.HasCode("too_many_requests"));
  EXPECT_TRUE(error.IsTransient());
  EXPECT_EQ(error.errors.at(0).long_message, "long");
  EXPECT_EQ(error.errors.at(0).meta_json, R"({"paramName":"x"})");
  EXPECT_EQ(error.errors.at(0).param_name, "x");
}

TEST_F(BackendClientTest, TakesRetryAfterAndTheTraceIdAsClerkSaysThem) {
  const auto answer = [this](const char* retry_after, const char* body) {
    http_->SetAnswer([=](const HttpRequest&) {
      HttpResponse response = JsonResponse(body, 503);
      response.headers.push_back({"Retry-After", retry_after});
      response.headers.push_back({"CF-Ray", "ray"});
      return response;
    });
    return Make().users().Get("user_1").error();
  };
  EXPECT_EQ(answer("-5", "{}").retry_after, std::chrono::seconds(-5));
  EXPECT_EQ(answer("+7 s", "{}").retry_after, std::chrono::seconds(7));
  EXPECT_EQ(answer("+-7", "{}").retry_after, std::nullopt);
  EXPECT_EQ(answer("Wed, 21 Oct 2026 07:28:00 GMT", "{}").retry_after, std::nullopt);
  EXPECT_EQ(answer("1", "{}").trace_id, "ray");
  EXPECT_EQ(answer("1", R"({"clerk_trace_id":""})").trace_id, "");
}

TEST_F(BackendClientTest, ARetryAfterInThePastIsAtOnce) {
  http_->SetAnswer([](const HttpRequest&) { return HttpResponse{429, {{"Retry-After", "-5"}}, ""}; });
  const auto before = clock_.SteadyNow();
  ASSERT_FALSE(Make(/*max_retries=*/1).users().Get("user_1"));
  EXPECT_EQ(http_->calls(), 2U);
  EXPECT_EQ(clock_.SteadyNow(), before);
}

TEST_F(BackendClientTest, AnUnknownUserIsNotFoundAndNotTransient) {
  Serve(R"({"errors":[{"code":"resource_not_found"}]})", 404);
  const auto user = Make().users().Get("user_1");
  ASSERT_FALSE(user);
  EXPECT_TRUE(user.error().IsNotFound());
  EXPECT_FALSE(user.error().IsTransient());
}

TEST_F(BackendClientTest, ErrorsWithoutJsonStillTellStatusAndTrace) {
  http_->SetAnswer([](const HttpRequest&) {
    return HttpResponse{500, {{"content-type", "text/html"}, {"cf-ray", "r"}}, "<html>"};
  });
  const auto user = Make().users().Get("user_1");
  ASSERT_FALSE(user);
  EXPECT_EQ(user.error().status, 500);
  EXPECT_EQ(user.error().trace_id, "r");
  EXPECT_TRUE(user.error().errors.empty());
}

TEST_F(BackendClientTest, ARedirectIsAnError) {
  http_->SetAnswer([](const HttpRequest&) { return HttpResponse{302, {{"Location", "/x"}}, ""}; });
  const auto user = Make().users().Get("user_1");
  ASSERT_FALSE(user);
  EXPECT_EQ(user.error().status, 302);
}

TEST_F(BackendClientTest, ASuccessThatIsNoUserIsMalformed) {
  for (const char* body : {"{\"id\":", "[]", "{}", "\"x\""}) {
    Serve(body);
    const auto user = Make().users().Get("user_1");
    ASSERT_FALSE(user) << body;
    EXPECT_EQ(user.error().failure, ApiFailure::kMalformedReply);
    EXPECT_TRUE(user.error().HasCode("unexpected_error"));
  }
}

TEST_F(BackendClientTest, DoesNotRetryByDefault) {
  http_->SetAnswer([](const HttpRequest&) { return HttpError{HttpFailure::kUnreachable, "down"}; });
  const auto user = Make().users().Get("user_1");
  ASSERT_FALSE(user);
  EXPECT_EQ(user.error().failure, ApiFailure::kUnreachable);
  EXPECT_EQ(http_->calls(), 1U);
}

TEST_F(BackendClientTest, RetriesSafeCallsOnlyAndWithinTheTimeout) {
  Serve("{}", 503);
  EXPECT_FALSE(Make(3).users().Update("user_1", {}));
  EXPECT_EQ(http_->calls(), 1U);
  EXPECT_FALSE(Make(3).users().Get("user_1"));
  EXPECT_EQ(http_->calls(), 5U);
  EXPECT_FALSE(Make(3).users().Get("user_1", {.timeout = milliseconds(600)}));
  EXPECT_EQ(http_->calls(), 7U);
  EXPECT_LE(http_->requests().back().timeout, milliseconds(100));
}

TEST_F(BackendClientTest, WaitsAsLongAsRetryAfterSaysOrGivesUp) {
  http_->SetAnswer([](const HttpRequest&) { return HttpResponse{429, {{"Retry-After", "2"}}, ""}; });
  const auto before = clock_.SteadyNow();
  EXPECT_FALSE(Make(1).users().Get("user_1"));
  EXPECT_EQ(clock_.SteadyNow() - before, std::chrono::seconds(2));
  EXPECT_EQ(http_->calls(), 2U);
  EXPECT_FALSE(Make(1).users().Get("user_1", {.timeout = milliseconds(1000)}));
  EXPECT_EQ(http_->calls(), 3U);
}

TEST_F(BackendClientTest, RefusesOptionsThatCannotWork) {
  const auto reason = [](BackendClientOptions options) { return BackendClient::Create(std::move(options)).error().reason; };
  EXPECT_EQ(reason({}), ErrorReason::kConfigurationInvalid);
  EXPECT_EQ(reason({.secret_key = "sk_test_x\r\nEvil: 1"}), ErrorReason::kConfigurationInvalid);
  EXPECT_EQ(reason({.secret_key = "sk_test_x", .api_url = "api.clerk.com"}), ErrorReason::kConfigurationInvalid);
}

TEST_F(BackendClientTest, AcceptsABaseUrlWithAPath) {
  BackendClientOptions options;
  options.secret_key = "sk_test_x";
  options.api_url = "https://bapi.internal.test/base/";
  options.http = http_;
  ASSERT_TRUE(BackendClient::Create(options)->users().Get("user_1"));
  EXPECT_EQ(Sent().url, "https://bapi.internal.test/base/v1/users/user_1");
}

}  // namespace
}  // namespace clerk

#include "gateway/routes.h"

#include <grpcpp/channel.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "gateway/auth/key_refresher.h"
#include "gateway/auth/session_authenticator.h"
#include "gateway/handlers/clerk_proxy.h"
#include "gateway/handlers/export_handler.h"
#include "gateway/handlers/instance_guard.h"
#include "gateway/handlers/me_handler.h"
#include "gateway/handlers/page_handler.h"
#include "gateway/handlers/posts_handler.h"
#include "gateway/handlers/published_handler.h"
#include "gateway/handlers/webhook_handler.h"
#include "gateway/limits/rate_limits.h"
#include "gateway/readiness.h"
#include "gateway/web_files.h"
#include "httplib.h"
#include "runtime/grpc_client.h"
#include "tests/unit/gateway/auth/signed_token.h"
#include "tests/unit/gateway/exchange.h"

namespace inkwell::gateway {
namespace {

// "GET /api/posts/{id}" and so on.
using Operations = std::set<std::string>;

nlohmann::json Document() {
  for (const EmbeddedFile& file : WebFiles()) {
    if (file.name == "openapi.json") return nlohmann::json::parse(file.content);
  }
  return {};
}

// The page's files and the proxy are no API: the document leaves them out.
bool IsApi(const Route& route) {
  static const std::set<std::string> kPage{
      "/",        "/account",     "/account/export", "/sign-in",     "/sign-in/{rest...}", "/sign-up", "/sign-up/{rest...}",
      "/app.css", "/favicon.svg", "/js/{file}",      "/parts/{file}"};
  return !kPage.contains(route.pattern) && !route.pattern.starts_with("/__clerk/");
}

// The table with parts that reach nobody: channels connect only when they are used.
class RoutesTest : public testing::Test {
 protected:
  static clerk::RequestAuthenticator MakeAuthenticator() {
    clerk::AuthenticateRequestOptions options;
    options.publishable_key = "pk_test_Y2xlcmsubG9jYWxob3N0JA";
    options.without_secret_key = true;
    options.jwt_key = TokenSigner().PublicKeyPem();
    return clerk::RequestAuthenticator::Create(std::move(options)).value();
  }

  const std::shared_ptr<prometheus::Registry> metrics_ = std::make_shared<prometheus::Registry>();
  const std::shared_ptr<grpc::Channel> channel_ = runtime::MakeChannel("unix:/nonexistent/socket", {});
  const clerk::RequestAuthenticator authenticator_ = MakeAuthenticator();
  const KeyRefresher keys_{authenticator_};
  const Readiness readiness_{keys_, channel_, channel_};
  SessionAuthenticator sessions_{authenticator_, {}, "", metrics_};
  const PostsHandler posts_{posts::v1::PostService::NewStub(channel_), [] { return std::chrono::system_clock::now(); }};
  const MeHandler me_{users::v1::UserService::NewStub(channel_)};
  const WebhookHandler webhook_{clerk::WebhookVerifier::Create({.secrets = {"whsec_dGVzdA=="}}).value(),
                                users::v1::UserService::NewStub(channel_), UserEventBatcher::Options{}, metrics_};
  const ExportHandler exports_{users::v1::UserService::NewStub(channel_), posts::v1::PostService::NewStub(channel_),
                               [] { return std::chrono::system_clock::now(); }};
  const PublishedHandler published_{users::v1::UserService::NewStub(channel_), posts::v1::PostService::NewStub(channel_), ""};
  const PageHandler page_{WebFiles(), {"pk_test_x"}};
  const ClerkProxy proxy_{{}, nullptr};
  InstanceGuard instance_{users::v1::UserService::NewStub(channel_), [] { return std::chrono::steady_clock::now(); }};
  RateLimits limits_{{}, [] { return std::chrono::steady_clock::now(); }, metrics_};
  const RouteTable routes_ =
      MakeRoutes({sessions_, instance_, posts_, me_, exports_, published_, webhook_, page_, readiness_, proxy_, limits_});
};

TEST_F(RoutesTest, AreExactlyTheOperationsOfTheApiDescription) {
  Operations described;
  const nlohmann::json document = Document();
  for (const auto& [path, item] : document["paths"].items()) {
    for (const auto& [method, operation] : item.items()) {
      if (method == "parameters") continue;
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      described.insert(upper + " " + path);
    }
  }
  Operations served;
  for (const Route& route : routes_) {
    if (IsApi(route)) served.insert(route.method + " " + route.pattern);
  }
  EXPECT_EQ(served, described);
  EXPECT_GE(served.size(), 11U);
}

TEST_F(RoutesTest, WantASessionExactlyWhereTheDescriptionSaysSo) {
  const nlohmann::json document = Document();
  for (const Route& route : routes_) {
    if (!IsApi(route) || route.pattern == "/readyz") continue;
    std::string method = route.method;
    for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const bool wants_session = !document["paths"][route.pattern][method].value("security", nlohmann::json::array()).empty();
    const Exchange exchange({.method = route.method, .target = route.pattern});
    route.handler(httplib::Request(), exchange.request(), exchange.reply());
    const auto answer = exchange.Answer();
    ASSERT_TRUE(answer.has_value()) << route.pattern;
    EXPECT_EQ(answer->status == 401, wants_session) << route.method << ' ' << route.pattern;
  }
}

TEST_F(RoutesTest, ReferencesInTheDescriptionResolve) {
  const nlohmann::json document = Document();
  const std::string text = document.dump();
  const std::string mark = R"("$ref":"#)";
  std::size_t found = 0;
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const auto begin = at + mark.size();
    const nlohmann::json::json_pointer pointer(text.substr(begin, text.find('"', begin) - begin));
    EXPECT_TRUE(document.contains(pointer)) << pointer.to_string();
    ++found;
  }
  EXPECT_GT(found, 20U);
}

TEST_F(RoutesTest, NameWhatIsNotReady) {
  const auto missing = readiness_.Missing();
  EXPECT_TRUE(missing.contains("posts-service"));
  EXPECT_TRUE(missing.contains("user-sync-service"));
}

}  // namespace
}  // namespace inkwell::gateway

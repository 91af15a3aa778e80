#include "gateway/handlers/me_handler.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tests/unit/gateway/exchange.h"
#include "tests/unit/gateway/handlers/fake_services.h"

namespace inkwell::gateway {
namespace {

using users::v1::GetUserRequest;

class MeHandlerTest : public ::testing::Test {
 protected:
  using Method = void (MeHandler::*)(const RequestInfo&, const SessionUser&, Reply) const;

  Response Run(Method method, Exchange::Parts parts) {
    const Exchange exchange(std::move(parts));
    (handler_.*method)(exchange.request(), {{runtime::Principal::Kind::kUser, "user_2abc"}, "sess_1", "ins_1"}, exchange.reply());
    auto answer = exchange.Answer();
    EXPECT_TRUE(answer.has_value());
    return std::move(answer).value_or(Response{});
  }

  Response Patch(std::string body, std::string type = "application/json") {
    return Run(&MeHandler::Update,
               {.method = "PATCH", .target = "/api/me", .headers = {{"Content-Type", std::move(type)}}, .body = std::move(body)});
  }

  Response Token(std::string body) {
    return Run(&MeHandler::CreateToken, {.method = "POST",
                                         .target = "/api/me/tokens/x",
                                         .headers = {{"Content-Type", "application/json"}},
                                         .body = std::move(body),
                                         .path_parameters = {{"template", "supabase"}}});
  }

  static std::string Member(const Response& response, const char* name) {
    return nlohmann::json::parse(response.body.view()).value(name, "");
  }

  FakeServices services_;
  const MeHandler handler_{services_.UsersStub()};
};

TEST_F(MeHandlerTest, ReadsTheCopyUnlessClerkIsAskedFor) {
  EXPECT_EQ(Run(&MeHandler::Get, {.target = "/api/me"}).status, 200);
  EXPECT_EQ(services_.users.got.source(), GetUserRequest::SOURCE_COPY_THEN_CLERK);
  EXPECT_EQ(Run(&MeHandler::Get, {.target = "/api/me?fresh=1"}).status, 200);
  EXPECT_EQ(services_.users.got.source(), GetUserRequest::SOURCE_CLERK);
  EXPECT_EQ(Run(&MeHandler::Get, {.target = "/api/me?fresh=2"}).status, 400);
}

TEST_F(MeHandlerTest, ChangesWhatIsNamedAndClearsWhatIsNull) {
  const Response response = Patch(R"({"firstName":"Grace","lastName":null})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(Member(response, "firstName"), "Grace");
  const auto& call = services_.users.updated;
  EXPECT_EQ(call.user().user_id(), "user_2abc");
  ASSERT_EQ(call.update_mask().paths_size(), 2);
  EXPECT_EQ(call.update_mask().paths(0), "first_name");
  EXPECT_EQ(call.update_mask().paths(1), "last_name");
  EXPECT_FALSE(call.user().has_last_name());
  EXPECT_FALSE(call.user().has_username());
  EXPECT_EQ(services_.users.principal, "user:user_2abc");
}

TEST_F(MeHandlerTest, RefusesWhatIsNoProfile) {
  EXPECT_EQ(Member(Patch("{}"), "reason"), "NOTHING_TO_CHANGE");
  EXPECT_EQ(Member(Patch(R"({"email":"x"})"), "field"), "email");
  EXPECT_EQ(Member(Patch(R"({"username":7})"), "field"), "username");
  EXPECT_EQ(Member(Patch("{\"username\":\"\xff\"}"), "reason"), "INVALID_JSON");
  EXPECT_EQ(Patch("{}", "text/plain").status, 415);
  EXPECT_EQ(services_.users.calls, 0);
}

TEST_F(MeHandlerTest, NamesTheFieldThatClerkRefuses) {
  services_.users.refusal =
      runtime::Error{runtime::Code::kInvalidArgument, "CLERK_REFUSED", "That name is too long.", {{"field", "first_name"}}};
  const Response response = Patch(R"({"firstName":"Ada"})");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(Member(response, "reason"), "CLERK_REFUSED");
  EXPECT_EQ(Member(response, "field"), "firstName");
}

TEST_F(MeHandlerTest, DeletesTheUserThemself) {
  EXPECT_EQ(Run(&MeHandler::Delete, {.method = "DELETE", .target = "/api/me"}).status, 204);
  EXPECT_EQ(services_.users.deleted.user_id(), "user_2abc");
  services_.users.refusal = runtime::Error{runtime::Code::kUnavailable, "CLERK_UNAVAILABLE", "", {}};
  EXPECT_EQ(Run(&MeHandler::Delete, {.method = "DELETE", .target = "/api/me"}).status, 503);
}

TEST_F(MeHandlerTest, MakesATokenForTheSessionOfTheRequest) {
  const Response response = Token("");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(Member(response, "jwt"), "a.b.c");
  EXPECT_EQ(services_.users.token.session_id(), "sess_1");
  EXPECT_EQ(services_.users.token.user_id(), "user_2abc");
  EXPECT_EQ(services_.users.token.template_(), "supabase");
  EXPECT_FALSE(services_.users.token.has_lifetime());
  EXPECT_EQ(Token(R"({"expiresInSeconds":60})").status, 200);
  EXPECT_EQ(services_.users.token.lifetime().seconds(), 60);
}

TEST_F(MeHandlerTest, RefusesALifetimeThatIsNone) {
  for (const char* body : {R"({"expiresInSeconds":0})", R"({"expiresInSeconds":-5})", R"({"expiresInSeconds":"60"})",
                           R"({"expiresInSeconds":18446744073709551615})"}) {
    EXPECT_EQ(Member(Token(body), "field"), "expiresInSeconds") << body;
  }
  EXPECT_EQ(services_.users.calls, 0);
}

}  // namespace
}  // namespace inkwell::gateway

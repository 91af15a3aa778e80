#include "clerk/require.h"

#include <gtest/gtest.h>

#include <string>

#include "request/states.h"

namespace clerk {
namespace {

std::string HeaderOf(const Refusal& refusal, std::string_view name) {
  for (const auto& header : refusal.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

RequestState AtHandshake() {
  return request::Handshake("session-token-expired-refresh-x", "It expired.",
                            {{"Location", "https://clerk.test/v1/client/handshake"}, {"Set-Cookie", "a=1"}});
}

TEST(RequireForApi, AnswersWhyNobodyIsSignedIn) {
  const auto refusal = RequireForApi(request::SignedOut("token-invalid", "It is not a JWT."));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 401);
  EXPECT_EQ(HeaderOf(*refusal, "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(HeaderOf(*refusal, "x-clerk-auth-status"), "signed-out");
  EXPECT_EQ(HeaderOf(*refusal, "x-clerk-auth-reason"), "token-invalid");
  EXPECT_EQ(HeaderOf(*refusal, "x-clerk-auth-message"), "It is not a JWT.");
}

TEST(RequireForApi, NeverSendsAProgramThroughTheHandshake) {
  const auto refusal = RequireForApi(AtHandshake());
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 401);
  EXPECT_EQ(HeaderOf(*refusal, "Location"), "");
  EXPECT_EQ(HeaderOf(*refusal, "Set-Cookie"), "");
  EXPECT_EQ(HeaderOf(*refusal, "x-clerk-auth-reason"), "session-token-expired-refresh-x");
}

TEST(RequireForPage, SendsABrowserThroughTheHandshake) {
  const auto refusal = RequireForPage(AtHandshake(), "/sign-in", "/account");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 307);
  EXPECT_EQ(HeaderOf(*refusal, "Location"), "https://clerk.test/v1/client/handshake");
  EXPECT_EQ(HeaderOf(*refusal, "Set-Cookie"), "a=1");
}

TEST(RequireForPage, SendsASignedOutBrowserToSignInAndBack) {
  const auto state = request::SignedOut("session-token-and-uat-missing");
  const auto relative = RequireForPage(state, "/sign-in", "/account?a=b&c");
  ASSERT_TRUE(relative);
  EXPECT_EQ(relative->status, 307);
  EXPECT_EQ(HeaderOf(*relative, "Location"), "/sign-in?redirect_url=%2Faccount%3Fa%3Db%26c");
  EXPECT_EQ(HeaderOf(*relative, "Cache-Control"), "no-store");
  const auto absolute = RequireForPage(state, "https://accounts.test/sign-in?x=1", "https://app.test/");
  ASSERT_TRUE(absolute);
  EXPECT_EQ(HeaderOf(*absolute, "Location"), "https://accounts.test/sign-in?x=1&redirect_url=https%3A%2F%2Fapp.test%2F");
}

TEST(RequireForApi, LetsAMachineThrough) {
  const auto state = request::SignedIn(MachineToken{.type = TokenType::kApiKey, .id = "ak_1", .subject = "user_1"}, "ak_secret");
  EXPECT_FALSE(RequireForApi(state));
  EXPECT_FALSE(RequireForPage(state, "/sign-in", "/"));
  EXPECT_EQ(state.ToAuth().machine->user_id(), "user_1");
}

TEST(RequestState, PutsNothingButVisibleTextIntoHeaders) {
  const auto state = request::SignedOut("bad\r\nx: y", "caf\xc3\xa9");
  for (const auto& header : state.headers) {
    EXPECT_NE(header.name, "x-clerk-auth-reason");
    EXPECT_NE(header.name, "x-clerk-auth-message");
  }
}

}  // namespace
}  // namespace clerk

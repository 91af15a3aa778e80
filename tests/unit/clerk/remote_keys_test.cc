// The cached key set behind a URL, through the verifier's interface.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "clerk/token_verifier.h"
#include "tests/unit/clerk/fakes.h"
#include "tests/unit/clerk/token_signer.h"

namespace clerk {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::FakeClock;
using testing::FakeHttpClient;
using testing::JsonResponse;
using testing::TokenSigner;

class RemoteKeysTest : public ::testing::Test {
 protected:
  void SetUp() override { Serve(first_.Jwks()); }

  RemoteJwks Remote() const {
    RemoteJwks remote;
    remote.url = "https://api.clerk.com/v1/jwks";
    remote.http = http_;
    return remote;
  }
  TokenVerifier Make(RemoteJwks remote) const {
    TokenVerifierOptions options;
    options.remote_jwks = std::move(remote);
    options.clock = &clock_;
    return std::move(*TokenVerifier::Create(options));
  }

  void Serve(std::string body, int status = 200) const {
    http_->SetAnswer([body, status](const HttpRequest&) { return JsonResponse(body, status); });
  }
  void Break() const {
    http_->SetAnswer([](const HttpRequest&) { return HttpError{HttpFailure::kUnreachable, "down"}; });
  }

  // Valid for a day, so that only the keys' age matters; `n` makes tokens differ.
  std::string Token(const TokenSigner& signer, int n = 0) const {
    auto claims = testing::SessionClaims(clock_.NowSeconds());
    claims["exp"] = clock_.NowSeconds() + 86'400;
    claims["n"] = n;
    return signer.Sign(claims);
  }

  static std::string Verdict(const Result<SessionToken>& result) {
    return result ? "ok" : std::string(ToString(result.error().reason));
  }

  const TokenSigner& first_ = TokenSigner::First();
  const TokenSigner& second_ = TokenSigner::Second();
  FakeClock clock_;
  std::shared_ptr<FakeHttpClient> http_ = std::make_shared<FakeHttpClient>([](const HttpRequest&) { return JsonResponse("{}"); });
};

TEST_F(RemoteKeysTest, WithoutAnyTimeTheyAreFetchedForEachToken) {
  RemoteJwks remote = Remote();
  remote.fresh_for = remote.outage_grace = milliseconds(0);
  remote.max_attempts = 1;
  const auto verifier = Make(remote);
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_))), "ok");
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_))), "ok");
  EXPECT_EQ(http_->calls(), 2U);
  Serve(second_.Jwks());
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_))), "jwk-kid-mismatch");
  Break();
  EXPECT_EQ(Verdict(verifier.Verify(Token(second_))), "jwk-remote-failed-to-load");
}

TEST_F(RemoteKeysTest, AsksWithTheSecretKeyAndWithinBounds) {
  RemoteJwks remote = Remote();
  remote.bearer = "sk_test_x";
  const auto verifier = Make(remote);
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_))), "ok");
  ASSERT_EQ(http_->calls(), 1U);
  const auto request = http_->requests()[0];
  EXPECT_EQ(request.url, "https://api.clerk.com/v1/jwks");
  EXPECT_EQ(request.timeout, milliseconds(2000));
  EXPECT_EQ(request.max_response_bytes, 256U * 1024);
  bool bearer = false;
  for (const auto& header : request.headers) bearer |= header.name == "Authorization" && header.value == "Bearer sk_test_x";
  EXPECT_TRUE(bearer);
}

TEST_F(RemoteKeysTest, SendsNoAuthorizationToThePublicEndpoint) {
  const auto verifier = Make(Remote());
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_))), "ok");
  const auto requests = http_->requests();
  for (const auto& header : requests.at(0).headers) EXPECT_NE(header.name, "Authorization");
}

TEST_F(RemoteKeysTest, FetchesOnceInFiveMinutes) {
  const auto verifier = Make(Remote());
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_, 1))), "ok");
  clock_.Advance(minutes(5) - milliseconds(1));
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_, 2))), "ok");
  EXPECT_EQ(http_->calls(), 1U);
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_, 3))), "ok");
  EXPECT_EQ(http_->calls(), 2U);
}

TEST_F(RemoteKeysTest, TryVerifyNeverFetches) {
  const auto verifier = Make(Remote());
  EXPECT_FALSE(verifier.TryVerify(Token(first_)).has_value());
  EXPECT_EQ(http_->calls(), 0U);
  ASSERT_TRUE(verifier.LoadKeys());
  const auto verdict = verifier.TryVerify(Token(first_));
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(Verdict(*verdict), "ok");
  EXPECT_EQ(http_->calls(), 1U);
}

TEST_F(RemoteKeysTest, TryVerifyTellsAMalformedTokenWithoutKeys) {
  const auto verifier = Make(Remote());
  const auto verdict = verifier.TryVerify("abc");
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(Verdict(*verdict), "token-invalid");
}

TEST_F(RemoteKeysTest, LoadKeysRenewsBeforeAnyRequestHasToWait) {
  const auto verifier = Make(Remote());
  ASSERT_TRUE(verifier.LoadKeys());
  ASSERT_TRUE(verifier.LoadKeys());
  EXPECT_EQ(http_->calls(), 1U);
  clock_.Advance(minutes(4));
  ASSERT_TRUE(verifier.LoadKeys());
  EXPECT_EQ(http_->calls(), 2U);
}

TEST_F(RemoteKeysTest, AnUnknownKidFetchesAtMostOnceInThirtySeconds) {
  const auto verifier = Make(Remote());
  ASSERT_TRUE(verifier.LoadKeys());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Verdict(verifier.Verify(Token(second_, i))), "jwk-kid-mismatch");
  EXPECT_EQ(http_->calls(), 2U);
  clock_.Advance(seconds(30));
  EXPECT_EQ(Verdict(verifier.Verify(Token(second_))), "jwk-kid-mismatch");
  EXPECT_EQ(http_->calls(), 3U);
}

TEST_F(RemoteKeysTest, AFailedFetchSaysNothingAboutANewKey) {
  const auto verifier = Make(Remote());
  ASSERT_TRUE(verifier.LoadKeys());
  Break();
  EXPECT_EQ(Verdict(verifier.Verify(Token(second_))), "jwk-remote-failed-to-load");
  EXPECT_EQ(Verdict(verifier.Verify(Token(second_))), "jwk-remote-failed-to-load");
  Serve(nlohmann::json{{"keys", {first_.Jwk(), second_.Jwk()}}}.dump());
  clock_.Advance(seconds(2));
  EXPECT_EQ(Verdict(verifier.Verify(Token(second_))), "ok");
}

TEST_F(RemoteKeysTest, ANewKeyIsFoundAtOnce) {
  const auto verifier = Make(Remote());
  ASSERT_TRUE(verifier.LoadKeys());
  Serve(nlohmann::json{{"keys", {first_.Jwk(), second_.Jwk()}}}.dump());
  EXPECT_FALSE(verifier.TryVerify(Token(second_)).has_value());
  EXPECT_EQ(Verdict(verifier.Verify(Token(second_))), "ok");
}

TEST_F(RemoteKeysTest, AKeyThatIsGoneEndsRememberedVerdictsToo) {
  const auto verifier = Make(Remote());
  const std::string token = Token(first_);
  EXPECT_EQ(Verdict(verifier.Verify(token)), "ok");
  Serve(second_.Jwks());
  EXPECT_EQ(Verdict(verifier.Verify(token)), "ok");
  clock_.Advance(minutes(5));
  EXPECT_EQ(Verdict(verifier.Verify(token)), "jwk-kid-mismatch");
}

TEST_F(RemoteKeysTest, RememberedVerdictsOutliveARenewalOfEqualKeys) {
  const auto verifier = Make(Remote());
  const std::string token = Token(first_);
  EXPECT_EQ(Verdict(verifier.Verify(token)), "ok");
  clock_.Advance(minutes(4));
  ASSERT_TRUE(verifier.LoadKeys());
  EXPECT_EQ(Verdict(verifier.Verify(token)), "ok");
  EXPECT_EQ(verifier.stats().cache_hits, 1U);
}

TEST_F(RemoteKeysTest, OldKeysServeThroughAnOutageUntilTheGraceEnds) {
  RemoteJwks remote = Remote();
  remote.outage_grace = hours(1);
  const auto verifier = Make(remote);
  ASSERT_TRUE(verifier.LoadKeys());
  Break();
  clock_.Advance(minutes(30));
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_, 1))), "ok");
  EXPECT_TRUE(verifier.TryVerify(Token(first_, 2)).has_value());
  clock_.Advance(hours(1));
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_, 3))), "jwk-remote-failed-to-load");
}

TEST_F(RemoteKeysTest, WithoutGraceAnOutageFailsClosed) {
  const auto verifier = Make(Remote());
  const std::string token = Token(first_);
  EXPECT_EQ(Verdict(verifier.Verify(token)), "ok");
  Break();
  clock_.Advance(minutes(5));
  EXPECT_EQ(Verdict(verifier.Verify(token)), "jwk-remote-failed-to-load");
}

TEST_F(RemoteKeysTest, RetriesAFewTimesThenPauses) {
  Break();
  const auto verifier = Make(Remote());
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_))), "jwk-remote-failed-to-load");
  EXPECT_EQ(http_->calls(), 3U);
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_))), "jwk-remote-failed-to-load");
  EXPECT_EQ(http_->calls(), 3U);
  Serve(first_.Jwks());
  clock_.Advance(seconds(2));
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_))), "ok");
}

TEST_F(RemoteKeysTest, ARefusedSecretKeyIsToldAfterAllAttempts) {
  Serve(R"({"errors":[{"code":"clerk_key_invalid"}]})", 401);
  const auto verifier = Make(Remote());
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_))), "secret-key-invalid");
  EXPECT_EQ(http_->calls(), 3U);
}

TEST_F(RemoteKeysTest, AnAnswerThatIsNoKeySetDoesNotReplaceAGoodOne) {
  RemoteJwks remote = Remote();
  remote.outage_grace = hours(1);
  const auto verifier = Make(remote);
  ASSERT_TRUE(verifier.LoadKeys());
  for (const char* body : {"", "{}", R"({"keys":[]})", R"({"keys":{}})", "<html>"}) {
    Serve(body);
    clock_.Advance(minutes(5));
    EXPECT_EQ(Verdict(verifier.Verify(Token(first_))), "ok") << body;
  }
}

TEST_F(RemoteKeysTest, AForeignClientThatThrowsIsAFailedLoad) {
  http_->SetAnswer([](const HttpRequest&) -> Result<HttpResponse, HttpError> { throw std::runtime_error("boom"); });
  const auto verifier = Make(Remote());
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_))), "jwk-remote-failed-to-load");
  Serve(first_.Jwks());
  clock_.Advance(seconds(2));
  EXPECT_EQ(Verdict(verifier.Verify(Token(first_))), "ok");
}

TEST_F(RemoteKeysTest, ManyThreadsShareOneFetch) {
  std::promise<void> gate;
  const std::shared_future<void> open = gate.get_future().share();
  std::promise<void> arrived;
  http_->SetAnswer([&, body = first_.Jwks()](const HttpRequest&) {
    arrived.set_value();
    open.wait();
    return JsonResponse(body);
  });
  const auto verifier = Make(Remote());
  const std::string token = Token(first_);
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { good += verifier.Verify(token).has_value(); });
    arrived.get_future().wait();
    gate.set_value();
  }
  EXPECT_EQ(good, 8);
  EXPECT_EQ(http_->calls(), 1U);
  EXPECT_EQ(verifier.stats().key_loads, 1U);
}

TEST_F(RemoteKeysTest, VerifiesFromManyThreadsWhileKeysRotate) {
  const auto verifier = Make(Remote());
  ASSERT_TRUE(verifier.LoadKeys());
  const std::string both = nlohmann::json{{"keys", {first_.Jwk(), second_.Jwk()}}}.dump();
  std::vector<std::string> tokens;
  for (int i = 0; i < 20; ++i) tokens.push_back(Token(first_, i));
  std::atomic<int> bad{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int round = 0; round < 5; ++round) {
          for (const auto& token : tokens) bad += !verifier.Verify(token).has_value();
        }
      });
    }
    for (int i = 0; i < 20; ++i) {
      Serve(i % 2 == 0 ? both : first_.Jwks());
      clock_.Advance(minutes(4));
      bad += !verifier.LoadKeys().has_value();
    }
  }
  EXPECT_EQ(bad, 0);
}

TEST_F(RemoteKeysTest, RefusesAUrlThatCannotBeFetched) {
  TokenVerifierOptions options;
  options.remote_jwks = Remote();
  options.remote_jwks->url = "ftp://example.com";
  EXPECT_EQ(TokenVerifier::Create(options).error().reason, ErrorReason::kConfigurationInvalid);
}

}  // namespace
}  // namespace clerk

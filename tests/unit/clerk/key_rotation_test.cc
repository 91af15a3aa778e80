// One verifier, many threads, and keys that come and go under them. Meant for ThreadSanitizer, and true without it.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "clerk/token_verifier.h"
#include "tests/unit/clerk/fakes.h"
#include "tests/unit/clerk/token_signer.h"

namespace clerk {
namespace {

using std::chrono::minutes;
using testing::FakeClock;
using testing::FakeHttpClient;
using testing::JsonResponse;
using testing::TokenSigner;

constexpr int kThreads = 8;
constexpr int kRotations = 30;

struct Tally {
  std::atomic<int> accepted_old{0};
  std::atomic<int> refused_old{0};
  std::atomic<int> wrong{0};  // verdicts that no state of the keys explains
};

class KeyRotationTest : public ::testing::Test {
 protected:
  // Valid for ten years of the clock's, so that the keys alone decide.
  std::vector<std::string> Tokens(const TokenSigner& signer) const {
    std::vector<std::string> tokens;
    auto claims = testing::SessionClaims(clock_.NowSeconds());
    claims["exp"] = clock_.NowSeconds() + 315'360'000;
    for (int i = 0; i < 8; ++i) {
      claims["n"] = i;
      tokens.push_back(signer.Sign(claims));
    }
    return tokens;
  }

  void Serve(const nlohmann::json& keys) const {
    const std::string body = nlohmann::json{{"keys", keys}}.dump();
    http_->SetAnswer([body](const HttpRequest&) { return JsonResponse(body); });
  }

  TokenVerifier Make() const {
    TokenVerifierOptions options;
    options.remote_jwks.emplace();
    options.remote_jwks->url = "https://api.clerk.com/v1/jwks";
    options.remote_jwks->http = http_;
    options.clock = &clock_;
    options.cache_entries = 16;  // smaller than the tokens in use: entries come and go too
    return std::move(*TokenVerifier::Create(std::move(options)));
  }

  const TokenSigner& staying_ = TokenSigner::First();
  const TokenSigner& rotating_ = TokenSigner::Second();
  FakeClock clock_;
  std::shared_ptr<FakeHttpClient> http_ = std::make_shared<FakeHttpClient>([](const HttpRequest&) { return JsonResponse("{}"); });
};

TEST_F(KeyRotationTest, EveryVerdictOfEightThreadsIsTrueOfTheKeysOfSomeMoment) {
  const auto staying = Tokens(staying_);
  const auto rotating = Tokens(rotating_);
  auto forged = staying;
  for (auto& token : forged) token.replace(token.rfind('.') + 1, 4, "AAAA");

  Serve(nlohmann::json::array({staying_.Jwk(), rotating_.Jwk()}));
  const auto verifier = Make();
  ASSERT_TRUE(verifier.LoadKeys());
  Tally tally;
  std::atomic<bool> rotated{false};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t i = static_cast<std::size_t>(t); !rotated; ++i) {
          const std::size_t n = i % staying.size();
          tally.wrong += !verifier.Verify(staying[n]).has_value();
          tally.wrong += verifier.Verify(forged[n]).has_value();
          const auto old = verifier.TryVerify(rotating[n]);
          if (!old) continue;  // the key is unknown, and asking for it would wait
          const bool mismatch = !*old && old->error().reason == ErrorReason::kJwkKidMismatch;
          tally.wrong += !*old && !mismatch;
          ++(mismatch ? tally.refused_old : tally.accepted_old);
        }
      });
    }
    for (int i = 0; i < kRotations; ++i) {
      Serve(i % 2 == 0 ? nlohmann::json::array({staying_.Jwk()}) : nlohmann::json::array({staying_.Jwk(), rotating_.Jwk()}));
      clock_.Advance(minutes(4));
      EXPECT_TRUE(verifier.LoadKeys());
    }
    rotated = true;
  }
  EXPECT_EQ(tally.wrong, 0);
  EXPECT_GE(verifier.stats().key_loads, static_cast<std::uint64_t>(kRotations));

  // The last rotation brought the key back; then it goes for good, and no remembered verdict outlives it.
  for (const auto& token : rotating) EXPECT_TRUE(verifier.Verify(token).has_value());
  Serve(nlohmann::json::array({staying_.Jwk()}));
  clock_.Advance(minutes(4));
  ASSERT_TRUE(verifier.LoadKeys());
  for (const auto& token : rotating) EXPECT_EQ(verifier.Verify(token).error().reason, ErrorReason::kJwkKidMismatch);
  for (const auto& token : staying) EXPECT_TRUE(verifier.Verify(token).has_value());
}

}  // namespace
}  // namespace clerk

#include "gateway/config.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace inkwell::gateway {
namespace {

using testing::internal::CaptureStderr;
using testing::internal::GetCapturedStderr;

constexpr const char* kTestKey = "--clerk-publishable-key=pk_test_Y2xlcmsubG9jYWxob3N0JA";
constexpr const char* kLiveKey = "--clerk-publishable-key=pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";
constexpr const char* kSecret = "--clerk-webhook-signing-secret=whsec_dGVzdA== whsec_b2xk";
constexpr const char* kParties = "--clerk-authorized-parties=https://example.com";

struct Outcome {
  std::optional<int> exit_code;
  Config config;
  std::string problems;
};

Outcome Read(std::vector<const char*> flags) {
  flags.insert(flags.begin(), "gateway");
  Outcome outcome;
  CaptureStderr();
  outcome.exit_code = ReadConfig(static_cast<int>(flags.size()), flags.data(), outcome.config);
  outcome.problems = GetCapturedStderr();
  return outcome;
}

TEST(GatewayConfig, HasTheDefaultsOfTheDesign) {
  const Outcome outcome = Read({kTestKey, kSecret});
  ASSERT_EQ(outcome.exit_code, std::nullopt) << outcome.problems;
  EXPECT_EQ(outcome.config.listen_host, "127.0.0.1");
  EXPECT_EQ(outcome.config.listen_port, 3000);
  EXPECT_EQ(outcome.config.admin_listen, "127.0.0.1:9300");
  EXPECT_EQ(outcome.config.request_timeout, std::chrono::seconds(3));
  EXPECT_EQ(outcome.config.issuers, std::vector<std::string>{"https://clerk.localhost"});
  EXPECT_EQ(outcome.config.webhook_secrets, (std::vector<std::string>{"whsec_dGVzdA==", "whsec_b2xk"}));
  EXPECT_EQ(outcome.config.rate_limits.per_user, 100);
  EXPECT_EQ(outcome.config.rate_limits.per_address, 0);
  EXPECT_EQ(outcome.config.max_calls_per_service, 2048U);
  EXPECT_TRUE(outcome.config.trusted_proxies.empty());
  EXPECT_FALSE(outcome.config.UsesEmulator());
  EXPECT_EQ(outcome.config.JwksUrl(), "https://clerk.localhost/.well-known/jwks.json");
}

TEST(GatewayConfig, ReportsAllProblemsTogether) {
  const Outcome outcome = Read({"--gateway-listen=unix:/tmp/x", "--request-timeout=forever", "--clerk-fapi-url=ftp://x"});
  EXPECT_EQ(outcome.exit_code, 2);
  for (const char* name :
       {"GATEWAY_LISTEN", "REQUEST_TIMEOUT", "CLERK_FAPI_URL", "CLERK_PUBLISHABLE_KEY", "CLERK_WEBHOOK_SIGNING_SECRET"}) {
    EXPECT_NE(outcome.problems.find(name), std::string::npos) << name << " in " << outcome.problems;
  }
}

TEST(GatewayConfig, ReadsTheBlocksOfTrustedProxies) {
  const Outcome good = Read({kTestKey, kSecret, "--trusted-proxies=10.0.0.0/8, fd00::/8,192.0.2.1"});
  ASSERT_EQ(good.exit_code, std::nullopt) << good.problems;
  EXPECT_EQ(good.config.trusted_proxies.ClientOf("192.0.2.1", {}), "192.0.2.1");
  EXPECT_FALSE(good.config.trusted_proxies.empty());
  const Outcome bad = Read({kTestKey, kSecret, "--trusted-proxies=10.0.0.1/8"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_NE(bad.problems.find("TRUSTED_PROXIES"), std::string::npos);
}

TEST(GatewayConfig, WritesThePublicUrlAsBrowsersWriteAnOrigin) {
  for (const char* url : {"--public-url=https://inkwell.example", "--public-url=HTTPS://Inkwell.Example/",
                          "--public-url=https://inkwell.example:443"}) {
    const Outcome outcome = Read({kTestKey, kSecret, url});
    ASSERT_EQ(outcome.exit_code, std::nullopt) << outcome.problems;
    EXPECT_EQ(outcome.config.public_url, "https://inkwell.example") << url;
  }
  EXPECT_EQ(Read({kTestKey, kSecret, "--public-url=http://localhost:3080"}).config.public_url, "http://localhost:3080");
  EXPECT_EQ(Read({kTestKey, kSecret, "--public-url=https://inkwell.example/path"}).exit_code, 2);
}

TEST(GatewayConfig, TakesPlainHttpForTheEmulator) {
  const Outcome outcome = Read({kTestKey, kSecret, "--clerk-fapi-url=http://127.0.0.1:4000/"});
  ASSERT_EQ(outcome.exit_code, std::nullopt) << outcome.problems;
  EXPECT_TRUE(outcome.config.UsesEmulator());
  EXPECT_EQ(outcome.config.JwksUrl(), "http://127.0.0.1:4000/.well-known/jwks.json");
}

TEST(GatewayConfig, RefusesLiveKeysWithAnEmulator) {
  for (const char* url : {"--clerk-fapi-url=http://clerk-emulator:4000", "--clerk-fapi-url=https://localhost:4000",
                          "--clerk-fapi-url=https://127.0.0.1:4000", "--clerk-fapi-url=https://[::1]:4000"}) {
    const Outcome outcome = Read({kLiveKey, kSecret, kParties, url});
    EXPECT_EQ(outcome.exit_code, 2) << url;
    EXPECT_NE(outcome.problems.find("emulator"), std::string::npos);
  }
  EXPECT_EQ(Read({kLiveKey, kSecret, kParties, "--clerk-fapi-url=https://clerk.example.com"}).exit_code, std::nullopt);
}

TEST(GatewayConfig, WantsAuthorizedPartiesWithLiveKeys) {
  const Outcome outcome = Read({kLiveKey, kSecret});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(outcome.problems.find("CLERK_AUTHORIZED_PARTIES"), std::string::npos);
}

TEST(GatewayConfig, NeverPrintsASecret) {
  const Outcome outcome = Read({"--clerk-publishable-key=nonsense", "--clerk-webhook-signing-secret=whsec_topsecret"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.problems.find("topsecret"), std::string::npos);
}

}  // namespace
}  // namespace inkwell::gateway

#include "gateway/auth/request_origin.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace inkwell::gateway {
namespace {

const std::vector<std::string> kParties{"https://app.example.com", "http://localhost:3000"};

TEST(IsTrustedOrigin, ComparesWithTheAuthorizedPartiesByteByByte) {
  EXPECT_TRUE(IsTrustedOrigin("https://app.example.com", "other", kParties, ""));
  EXPECT_TRUE(IsTrustedOrigin("http://localhost:3000", "", kParties, ""));
  for (const char* origin : {"https://app.example.com/", "https://APP.example.com", "http://app.example.com",
                             "https://app.example.com:443", "https://app.example.com.evil.com", "null", ""}) {
    EXPECT_FALSE(IsTrustedOrigin(origin, "app.example.com", kParties, "")) << origin;
  }
}

TEST(IsTrustedOrigin, ComparesWithTheHostWhenNoPartiesAreConfigured) {
  EXPECT_TRUE(IsTrustedOrigin("http://localhost:3000", "localhost:3000", {}, ""));
  EXPECT_TRUE(IsTrustedOrigin("https://example.com", "example.com", {}, ""));
  EXPECT_FALSE(IsTrustedOrigin("https://evil.com", "example.com", {}, ""));
  EXPECT_FALSE(IsTrustedOrigin("null", "example.com", {}, ""));
  EXPECT_FALSE(IsTrustedOrigin("", "example.com", {}, ""));
  EXPECT_FALSE(IsTrustedOrigin("https://", "", {}, ""));
}

TEST(IsTrustedOrigin, ComparesWithThePublicUrlBeforeTheHost) {
  constexpr const char* kSite = "https://inkwell.example";
  EXPECT_TRUE(IsTrustedOrigin(kSite, "gateway:3000", {}, kSite)) << "a proxy wrote the host anew";
  EXPECT_FALSE(IsTrustedOrigin("http://inkwell.example", "inkwell.example", {}, kSite));
  EXPECT_FALSE(IsTrustedOrigin("https://evil.example", "evil.example", {}, kSite));
  EXPECT_FALSE(IsTrustedOrigin(kSite, "inkwell.example", kParties, kSite)) << "the parties are the list";
}

TEST(IsSafeMethod, IsTrueForMethodsThatChangeNothing) {
  EXPECT_TRUE(IsSafeMethod("GET"));
  EXPECT_TRUE(IsSafeMethod("HEAD"));
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) EXPECT_FALSE(IsSafeMethod(method)) << method;
}

}  // namespace
}  // namespace inkwell::gateway

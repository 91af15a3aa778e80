#include "gateway/handlers/health_handler.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace inkwell::gateway {
namespace {

TEST(ReadyResponse, IsOkWhenNothingIsMissing) { EXPECT_EQ(ReadyResponse({}).status, 200); }

TEST(ReadyResponse, NamesWhatIsMissing) {
  const Response response = ReadyResponse({{"posts-service", "no connection"}, {"session-keys", "not loaded"}});
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(
      nlohmann::json::parse(response.body.view()),
      nlohmann::json::parse(R"({"status":"not ready","missing":{"posts-service":"no connection","session-keys":"not loaded"}})"));
}

}  // namespace
}  // namespace inkwell::gateway

#include "gateway/handlers/export_handler.h"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tests/support/eventually.h"
#include "tests/unit/gateway/exchange.h"
#include "tests/unit/gateway/handlers/fake_services.h"

namespace inkwell::gateway {
namespace {

class ExportHandlerTest : public ::testing::Test {
 protected:
  void Begin() {
    handler_.Export(exchange_.request(), {{runtime::Principal::Kind::kUser, "user_2abc"}, "sess_1", "ins_1"}, exchange_.reply());
  }

  FakeServices services_;
  const Exchange exchange_{{.target = "/api/me/export"}};
  const ExportHandler handler_{services_.UsersStub(), services_.PostsStub(),
                               [] { return std::chrono::system_clock::time_point(std::chrono::seconds(1'767'225'600)); }};
};

TEST_F(ExportHandlerTest, IsOneDocumentOfTheUserAndAllPosts) {
  Begin();
  const auto answer = exchange_.Answer();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->content_type, "application/json");
  EXPECT_EQ(HeaderOf(*answer, "Content-Disposition"), "attachment; filename=\"inkwell-export.json\"");
  const auto document = nlohmann::json::parse(answer->body.view());
  EXPECT_EQ(document["exportedAt"], "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(document["user"]["email"], "ada@example.com");
  ASSERT_EQ(document["posts"].size(), 4U);
  EXPECT_EQ(document["posts"][3]["title"], "Post 3");
}

TEST_F(ExportHandlerTest, HasAnEmptyListForAUserWithoutPosts) {
  services_.posts.messages = 0;
  Begin();
  const auto answer = exchange_.Answer();
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(nlohmann::json::parse(answer->body.view())["posts"].empty());
}

TEST_F(ExportHandlerTest, IsAnErrorWhereItFailsBeforeItBegan) {
  services_.posts.messages = 0;
  services_.posts.refusal = runtime::Error{runtime::Code::kUnavailable, "OVERLOADED", "", {}};
  Begin();
  const auto answer = exchange_.Answer();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 503);
}

TEST_F(ExportHandlerTest, IsPutOffWhereEnoughOfThemAreUnderWay) {
  const auto budget = std::make_shared<CallBudget>(CallBudgetOptions{.max_in_flight = 1});
  const ExportHandler handler(services_.UsersStub(), {services_.PostsStub(), budget},
                              [] { return std::chrono::system_clock::now(); });
  const auto status = [&] {
    const Exchange exchange({.target = "/api/me/export"});
    handler.Export(exchange.request(), {{runtime::Principal::Kind::kUser, "user_2abc"}, "sess_1", "ins_1"}, exchange.reply());
    return exchange.Answer().value_or(Response{}).status;
  };
  ASSERT_TRUE(budget->TryBegin());
  EXPECT_EQ(status(), 503);
  budget->End(true);
  EXPECT_EQ(status(), 200);
}

// As many messages as one export has do not fit between the services: it lasts until its client reads, or leaves.
TEST_F(ExportHandlerTest, IsRefusedWhereTheUserHasTwoUnderWay) {
  services_.posts.messages = 1'000'000;
  const auto exchange_of = [&](const char* user) {
    auto exchange = std::make_unique<Exchange>(Exchange::Parts{.target = "/api/me/export"});
    handler_.Export(exchange->request(), {{runtime::Principal::Kind::kUser, user}, "sess_1", "ins_1"}, exchange->reply());
    return exchange;
  };
  const auto first = exchange_of("user_a");
  const auto second = exchange_of("user_a");
  const auto third = exchange_of("user_a")->Answer();
  ASSERT_TRUE(third.has_value());
  EXPECT_EQ(third->status, 429);
  EXPECT_NE(third->body.view().find("TOO_MANY_EXPORTS"), std::string_view::npos);
  EXPECT_EQ(HeaderOf(*third, "Retry-After"), "5");
  EXPECT_EQ(exchange_of("user_b")->AnswerAndLeave().value_or(Response{}).status, 200) << "another user is not kept waiting";
  EXPECT_EQ(first->AnswerAndLeave().value_or(Response{}).status, 200);
  EXPECT_TRUE(inkwell::testing::Eventually([&] {
    return exchange_of("user_a")->AnswerAndLeave().value_or(Response{}).status == 200;
  })) << "a place is given back when the export ends";
  EXPECT_EQ(second->AnswerAndLeave().value_or(Response{}).status, 200);
}

TEST_F(ExportHandlerTest, GivesThePlaceBackBeforeTheAnswerIsThere) {
  services_.users.refusal = runtime::Error{runtime::Code::kNotFound, "USER_NOT_FOUND", "", {}};
  for (int i = 0; i < 5; ++i) {
    const Exchange exchange({.target = "/api/me/export"});
    handler_.Export(exchange.request(), {{runtime::Principal::Kind::kUser, "user_a"}, "sess_1", "ins_1"}, exchange.reply());
    ASSERT_EQ(exchange.Answer().value_or(Response{}).status, 404);
  }
}

TEST_F(ExportHandlerTest, IsCutWhereItFailsInTheMidst) {
  services_.posts.refusal = runtime::Error{runtime::Code::kUnavailable, "DATABASE_UNAVAILABLE", "", {}};
  Begin();
  EXPECT_FALSE(exchange_.Answer().has_value());
}

TEST_F(ExportHandlerTest, EndsTheCallOfAClientThatLeaves) {
  services_.posts.messages = 1'000'000;
  Begin();
  ASSERT_TRUE(exchange_.AnswerAndLeave().has_value());
  EXPECT_TRUE(inkwell::testing::Eventually([&] { return services_.posts.cancelled.load(); }));
}

TEST_F(ExportHandlerTest, NeedsAUserThatIsThere) {
  services_.users.refusal = runtime::Error{runtime::Code::kNotFound, "USER_NOT_FOUND", "", {}};
  Begin();
  const auto answer = exchange_.Answer();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 404);
}

}  // namespace
}  // namespace inkwell::gateway

#include "gateway/http/reply.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

#include "gateway/http/mailbox.h"
#include "gateway/http/request_record.h"

namespace inkwell::gateway {
namespace {

class ReplyTest : public testing::Test {
 protected:
  Reply NewReply() { return {mailbox_, record_, 1, 2, 3}; }
  std::vector<Completion> Take() {
    std::vector<Completion> answers;
    mailbox_->Take(answers);
    return answers;
  }
  bool Woken() {
    pollfd wake{mailbox_->event_fd(), POLLIN, 0};
    return ::poll(&wake, 1, 0) == 1;
  }

  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  std::shared_ptr<RequestRecord> record_ = std::make_shared<RequestRecord>();
};

TEST_F(ReplyTest, ReachesItsExchangeFromAnotherThread) {
  mailbox_->AdoptCurrentThread();
  std::thread([reply = NewReply()]() mutable { std::move(reply).Send(TextResponse(200, "x")); }).join();
  EXPECT_TRUE(Woken());
  const auto answers = Take();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].slot, 1U);
  EXPECT_EQ(answers[0].generation, 2U);
  EXPECT_EQ(answers[0].sequence, 3U);
  EXPECT_EQ(answers[0].response.body.view(), "x");
}

TEST_F(ReplyTest, NeedsNoWakeUpOnTheReactorsThread) {
  mailbox_->AdoptCurrentThread();
  NewReply().Send(TextResponse(200, "x"));
  EXPECT_FALSE(Woken());
  EXPECT_EQ(Take().size(), 1U);
}

TEST_F(ReplyTest, AnswersFiveHundredWhenDropped) {
  { const Reply reply = NewReply(); }
  const auto answers = Take();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].response.status, 500);
}

TEST_F(ReplyTest, AnswersFiveHundredWhenOverwritten) {
  Reply reply = NewReply();
  reply = NewReply();
  EXPECT_EQ(Take().size(), 1U);
  std::move(reply).Send(EmptyResponse(204));
  EXPECT_EQ(Take().size(), 1U);
}

TEST_F(ReplyTest, CountsOnlyTheFirstAnswer) {
  Reply reply = NewReply();
  std::move(reply).Send(TextResponse(200, "first"));
  std::move(reply).Send(TextResponse(200, "second"));  // NOLINT(bugprone-use-after-move): the very mistake
  const auto answers = Take();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].response.body.view(), "first");
}

TEST_F(ReplyTest, IsDroppedWhenTheServerIsGone) {
  Reply reply = NewReply();
  mailbox_->Close();
  std::move(reply).Send(TextResponse(200, "x"));
  EXPECT_TRUE(Take().empty());
}

TEST_F(ReplyTest, PutsTheRequestIdIntoProblems) {
  record_->request_id = "id-9";
  NewReply().Fail({404, "NOT_FOUND", "Nothing."});
  const auto answers = Take();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_NE(answers[0].response.body.view().find("\"requestId\":\"id-9\""), std::string_view::npos);
}

}  // namespace
}  // namespace inkwell::gateway

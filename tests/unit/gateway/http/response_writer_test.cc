#include "gateway/http/response_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inkwell::gateway {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string Head(const Response& response, bool keep_alive = true, bool http_1_0 = false) {
  std::string out;
  AppendResponseHead(out, response, {"id-1", "Thu, 01 Jan 1970 00:00:00 GMT", keep_alive, http_1_0});
  return out;
}

TEST(ResponseWriter, WritesStatusLineLengthDateAndRequestId) {
  const std::string head = Head(JsonResponse(201, "{}"));
  EXPECT_THAT(head, StartsWith("HTTP/1.1 201 Created\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 2\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nX-Request-Id: id-1\r\n"));
  EXPECT_THAT(head, EndsWith("\r\n\r\n"));
}

TEST(ResponseWriter, AddsSecurityFieldsUnlessTheHandlerSaysOtherwise) {
  const std::string head = Head({200, "text/css", "x", {{"cache-control", "public, max-age=60"}}});
  EXPECT_THAT(head, HasSubstr("cache-control: public, max-age=60\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("no-store")));
  EXPECT_THAT(head, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(head, HasSubstr("Referrer-Policy: no-referrer\r\n"));
  EXPECT_THAT(head, HasSubstr("X-Frame-Options: DENY\r\n"));
}

TEST(ResponseWriter, KeepsFramingFieldsForItself) {
  const std::string head =
      Head({200, "", "abc", {{"Content-Length", "99"}, {"Transfer-Encoding", "chunked"}, {"Connection", "x"}}});
  EXPECT_THAT(head, HasSubstr("Content-Length: 3\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("99")));
  EXPECT_THAT(head, Not(HasSubstr("chunked")));
  EXPECT_THAT(head, Not(HasSubstr("Connection")));
}

TEST(ResponseWriter, SaysWhatBecomesOfTheConnection) {
  EXPECT_THAT(Head(EmptyResponse(200)), Not(HasSubstr("Connection:")));
  EXPECT_THAT(Head(EmptyResponse(200), false), HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(Head(EmptyResponse(200), true, true), HasSubstr("Connection: keep-alive\r\n"));
}

TEST(ResponseWriter, GivesNoLengthToAnswersWithoutContent) {
  EXPECT_THAT(Head(EmptyResponse(204)), Not(HasSubstr("Content-Length")));
  EXPECT_THAT(Head(EmptyResponse(304)), Not(HasSubstr("Content-Length")));
  EXPECT_THAT(Head(EmptyResponse(200)), HasSubstr("Content-Length: 0\r\n"));
  EXPECT_FALSE(HasBodyOnWire(TextResponse(204, "x"), false));
  EXPECT_FALSE(HasBodyOnWire(TextResponse(304, "x"), false));
  EXPECT_FALSE(HasBodyOnWire(TextResponse(200, "x"), true));
  EXPECT_TRUE(HasBodyOnWire(TextResponse(200, "x"), false));
}

TEST(ResponseWriter, RefusesFieldsThatCouldSplitTheAnswer) {
  EXPECT_TRUE(IsSendable({302, "", {}, {{"Location", "/ok"}}}));
  EXPECT_FALSE(IsSendable({302, "", {}, {{"Location", "/a\r\nSet-Cookie: b"}}}));
  EXPECT_FALSE(IsSendable({302, "", {}, {{"Loca tion", "/"}}}));
  EXPECT_FALSE(IsSendable({302, "", {}, {{"", "/"}}}));
  EXPECT_FALSE(IsSendable({200, "text/plain\n", {}, {}}));
  EXPECT_FALSE(IsSendable(EmptyResponse(100)));
  EXPECT_FALSE(IsSendable(EmptyResponse(600)));
}

TEST(DateCache, FormatsAsHttpWants) {
  DateCache dates;
  EXPECT_EQ(dates.At(std::chrono::system_clock::time_point(784111777s)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(dates.At(std::chrono::system_clock::time_point(784111777s + 999ms)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(dates.At(std::chrono::system_clock::time_point(784111778s)), "Sun, 06 Nov 1994 08:49:38 GMT");
}

TEST(ResponseWriter, TellsBrowsersToKeepToHttpsOnlyWhereThatIsTheOnlyWay) {
  for (const bool https_only : {false, true}) {
    std::string head;
    AnswerContext context{"id", "date"};
    context.https_only = https_only;
    AppendResponseHead(head, EmptyResponse(204), context);
    EXPECT_EQ(head.find("\r\nStrict-Transport-Security: max-age=31536000\r\n") != std::string::npos, https_only);
  }
}

}  // namespace
}  // namespace inkwell::gateway

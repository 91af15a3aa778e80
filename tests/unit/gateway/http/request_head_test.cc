// What the framer makes of a head as a whole.
#include <gtest/gtest.h>

#include <string>

#include "gateway/http/request_framer.h"

namespace inkwell::gateway {
namespace {

constexpr FramingLimits kLimits{};

TEST(RequestHead, TellsWhetherTheConnectionStays) {
  const auto keeps = [](const std::string& version, const std::string& fields) {
    RequestFramer framer(kLimits);
    framer.Feed("GET / " + version + "\r\nHost: a\r\n" + fields + "\r\n");
    EXPECT_EQ(framer.state(), RequestFramer::State::kHeadComplete);
    return framer.record()->keep_alive;
  };
  EXPECT_TRUE(keeps("HTTP/1.1", ""));
  EXPECT_TRUE(keeps("HTTP/1.1", "Connection: keep-alive\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: Upgrade, CLOSE\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", ""));
  EXPECT_TRUE(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", "Connection: keep-alive, close\r\n"));
}

TEST(RequestHead, KnowsOneExpectation) {
  const auto expects = [](const std::string& version, const std::string& fields) {
    RequestFramer framer(kLimits);
    framer.Feed("POST / " + version + "\r\nHost: a\r\nContent-Length: 1\r\n" + fields + "\r\n");
    return framer.state() == RequestFramer::State::kRejected ? std::to_string(framer.rejection().status)
           : framer.record()->expects_continue               ? "continue"
                                                             : "none";
  };
  EXPECT_EQ(expects("HTTP/1.1", ""), "none");
  EXPECT_EQ(expects("HTTP/1.1", "Expect: 100-continue\r\n"), "continue");
  EXPECT_EQ(expects("HTTP/1.1", "Expect: 100-Continue\r\n"), "continue");
  EXPECT_EQ(expects("HTTP/1.0", "Expect: 100-continue\r\n"), "none");
  EXPECT_EQ(expects("HTTP/1.1", "Expect: 200-ok\r\n"), "417");
  EXPECT_EQ(expects("HTTP/1.1", "Expect: 100-continue, x\r\n"), "417");
  EXPECT_EQ(expects("HTTP/1.1", "Expect: 100-continue\r\nExpect: 100-continue\r\n"), "continue");
  EXPECT_EQ(expects("HTTP/1.1", "Expect: 100-continue\r\nExpect: x\r\n"), "417");
  EXPECT_EQ(expects("HTTP/1.1", "Expect:\r\n"), "none");
}

TEST(RequestHead, KeepsFieldValuesAsTheyWereSent) {
  RequestFramer framer(kLimits);
  framer.Feed("GET / HTTP/1.1\r\nHost: a\r\nX:  a%0d%0aB: c \t\r\n\r\n");
  ASSERT_EQ(framer.state(), RequestFramer::State::kHeadComplete);
  const auto& fields = framer.record()->fields;
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[1].name, "X");
  EXPECT_EQ(fields[1].value, "a%0d%0aB: c");
}

TEST(RequestHead, ShowsTheTargetsHostInsteadOfTheFields) {
  for (const std::string target : {"http://b:80/x", "http://b:80?x"}) {
    RequestFramer framer(kLimits);
    framer.Feed("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_EQ(framer.state(), RequestFramer::State::kHeadComplete);
    EXPECT_EQ(framer.record()->fields[0].value, "b:80");
    EXPECT_EQ(framer.record()->authority, "b:80");
  }
}

}  // namespace
}  // namespace inkwell::gateway

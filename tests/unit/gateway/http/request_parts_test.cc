#include "gateway/http/request_parts.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/http/request_record.h"
#include "tests/unit/gateway/exchange.h"

namespace inkwell::gateway {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

TEST(QueryParameter, IsAbsentWithoutQuery) {
  EXPECT_EQ(QueryParameter("/api/posts", "q").value(), std::nullopt);
  EXPECT_EQ(QueryParameter("/api/posts?", "q").value(), std::nullopt);
  EXPECT_EQ(QueryParameter("/api/posts?query=1&qq=2", "q").value(), std::nullopt);
}

TEST(QueryParameter, DecodesFormEncoding) {
  EXPECT_EQ(QueryParameter("/?a=1&q=a+b%20c%2b%C3%a9&c=3", "q").value(), "a b c+é");
  EXPECT_EQ(QueryParameter("/?q", "q").value(), "");
  EXPECT_EQ(QueryParameter("/?q=", "q").value(), "");
  EXPECT_EQ(QueryParameter("/?q=a=b", "q").value(), "a=b");
  EXPECT_EQ(QueryParameter("/?%71=x", "q").value(), "x");
}

TEST(QueryParameter, RefusesWhatIsNoUtf8Text) {
  for (const char* target : {"/?q=%", "/?q=%4", "/?q=%zz", "/?q=%ff", "/?q=%c3", "/?q=%c0%af", "/?q=%ed%a0%80", "/?q=%e0%80%80",
                             "/?q=%f0%80%80%80", "/?q=%f4%90%80%80", "/?q=%f8%88%80%80%80", "/?q=a%00b", "/?q=1&q=2"}) {
    const auto parameter = QueryParameter(target, "q");
    ASSERT_FALSE(parameter.has_value()) << target;
    EXPECT_EQ(parameter.error().status, 400);
    EXPECT_EQ(parameter.error().members.at(0).second, "q");
  }
}

TEST(ParseListQuery, HasTheDefaultsOfTheApi) {
  const auto list = ParseListQuery("/api/posts");
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(list->limit, 20);
  EXPECT_EQ(list->cursor, "");
  EXPECT_EQ(list->query, "");
}

TEST(ParseListQuery, TakesLimitsFromOneToOneHundred) {
  EXPECT_EQ(ParseListQuery("/?limit=1")->limit, 1);
  EXPECT_EQ(ParseListQuery("/?limit=100")->limit, 100);
  for (const char* limit : {"0", "101", "-1", "+5", "1.0", "ten", "", "1%20", "99999999999999999999"}) {
    const auto list = ParseListQuery(std::string("/?limit=") + limit);
    ASSERT_FALSE(list.has_value()) << limit;
    EXPECT_EQ(list.error().status, 400);
    EXPECT_EQ(list.error().reason, "INVALID_PARAMETER");
  }
}

TEST(ParseListQuery, RefusesACursorThatNobodyGaveOut) {
  EXPECT_FALSE(ParseListQuery("/?cursor=" + std::string(1025, 'a')).has_value());
}

TEST(IfMatch, TakesOneStrongTagOrAStar) {
  const auto tag = [](Headers headers) { return IfMatch(Exchange({.headers = std::move(headers)}).request()); };
  EXPECT_EQ(tag({}).value(), "");
  EXPECT_EQ(tag({{"If-Match", "*"}}).value(), "");
  EXPECT_EQ(tag({{"if-match", "\"abc\""}}).value(), "abc");
}

TEST(IfMatch, NeverMatchesAWeakTag) {
  const auto tag = IfMatch(Exchange({.headers = {{"If-Match", "W/\"abc\""}}}).request());
  EXPECT_EQ(tag.value(), kNoEtag) << "whether there is such a post at all is for the service to say";
}

TEST(ChangePrecondition, HeedsIfNoneMatchToo) {
  const auto tag = [](Headers headers) { return ChangePrecondition(Exchange({.headers = std::move(headers)}).request()); };
  EXPECT_EQ(tag({}).value(), "");
  EXPECT_EQ(tag({{"If-Match", "\"abc\""}}).value(), "abc");
  EXPECT_EQ(tag({{"If-None-Match", "*"}}).value(), kNoEtag);
  EXPECT_EQ(tag({{"If-Match", "\"abc\""}, {"If-None-Match", "*"}}).value(), kNoEtag);
  EXPECT_EQ(tag({{"If-None-Match", "\"abc\""}}).error().status, 400);
  EXPECT_EQ(tag({{"If-Match", "abc"}, {"If-None-Match", "*"}}).error().status, 400);
}

TEST(IfMatch, RefusesOtherForms) {
  for (const char* value : {"", "abc", "\"", "\"\"", "\"abc", "\"a\", \"b\"", "\"a\xff\""}) {
    const auto tag = IfMatch(Exchange({.headers = {{"If-Match", value}}}).request());
    ASSERT_FALSE(tag.has_value()) << value;
    EXPECT_EQ(tag.error().status, 400);
  }
  EXPECT_FALSE(IfMatch(Exchange({.headers = {{"If-Match", "\"a\""}, {"If-Match", "\"b\""}}}).request()).has_value());
}

TEST(IdempotencyKey, TakesPrintableAscii) {
  const auto key = [](Headers headers) { return IdempotencyKey(Exchange({.headers = std::move(headers)}).request()); };
  EXPECT_EQ(key({}).value(), "");
  EXPECT_EQ(key({{"Idempotency-Key", "a key"}}).value(), "a key");
  EXPECT_EQ(key({{"Idempotency-Key", std::string(255, 'k')}}).value().size(), 255U);
  EXPECT_FALSE(key({{"Idempotency-Key", std::string(256, 'k')}}).has_value());
  EXPECT_FALSE(key({{"Idempotency-Key", ""}}).has_value());
  EXPECT_FALSE(key({{"Idempotency-Key", "\xc3\xa9"}}).has_value());
  EXPECT_FALSE(key({{"Idempotency-Key", "a"}, {"Idempotency-Key", "b"}}).has_value());
}

TEST(RequireJson, TakesJsonInUtf8) {
  for (const char* type : {"application/json", "Application/JSON", "application/json; charset=utf-8",
                           "application/json;charset=\"UTF-8\"", "application/json; profile=x"}) {
    EXPECT_TRUE(RequireJson(Exchange({.headers = {{"Content-Type", type}}}).request()).has_value()) << type;
  }
}

TEST(RequireJson, RefusesOtherMediaTypes) {
  for (const char* type : {"", "text/plain", "application/jsonp", "application/x-www-form-urlencoded", "multipart/form-data",
                           "application/json; charset=latin1", "text/json"}) {
    const auto json = RequireJson(Exchange({.headers = {{"Content-Type", type}}}).request());
    ASSERT_FALSE(json.has_value()) << type;
    EXPECT_EQ(json.error().status, 415);
  }
  EXPECT_FALSE(RequireJson(Exchange({}).request()).has_value());
}

TEST(RequireJson, RefusesACompressedBody) {
  const Exchange exchange({.headers = {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}});
  EXPECT_EQ(RequireJson(exchange.request()).error().status, 415);
}

// The origin of a request with this Host field ("" for none).
std::string OriginWith(const std::string& host, bool https, const std::string& public_url = "") {
  auto record = std::make_shared<RequestRecord>();
  if (!host.empty()) record->fields.push_back({"Host", host});
  record->https = https;
  return OriginOf(RequestInfo(record), public_url);
}

TEST(OriginOf, IsWhatIsConfiguredElseTheHostByTheSchemeThatATrustedProxyTells) {
  EXPECT_EQ(OriginWith("inkwell.test:3000", false), "http://inkwell.test:3000");
  EXPECT_EQ(OriginWith("inkwell.test", true), "https://inkwell.test");
  EXPECT_EQ(OriginWith("", false), "http://localhost");
  EXPECT_EQ(OriginWith("evil.test", false, "https://inkwell.example"), "https://inkwell.example");
}

}  // namespace
}  // namespace inkwell::gateway

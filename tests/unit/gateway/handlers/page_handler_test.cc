#include "gateway/handlers/page_handler.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "gateway/web_files.h"
#include "tests/unit/gateway/exchange.h"

namespace inkwell::gateway {
namespace {

Response Load(const std::string& target, const std::string& if_none_match = "") {
  const PageHandler page(WebFiles(), {"pk_test_Y2xlcmsubG9jYWxob3N0JA", true});
  const Exchange exchange({.target = target, .headers = {{"If-None-Match", if_none_match}}});
  page.Asset(exchange.request(), exchange.reply());
  return exchange.Answer().value_or(Response{});
}

TEST(PageHandler, ServesThePageUnderAStrictPolicy) {
  const Response page = Load("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_NE(page.body.view().find("<title>Inkwell</title>"), std::string_view::npos);
  const std::string policy = HeaderOf(page, "Content-Security-Policy");
  EXPECT_EQ(policy.find("unsafe-eval"), std::string::npos);
  EXPECT_NE(policy.find("default-src 'none'; script-src 'self'; connect-src 'self'; frame-src 'none';"), std::string::npos);
}

TEST(PageHandler, LetsThePageLoadClerkFromItsHostWithoutAnEmulator) {
  const std::string policy = ContentSecurityPolicy("clerk.example.com");
  EXPECT_NE(policy.find("script-src 'self' https://clerk.example.com "), std::string::npos);
  EXPECT_NE(policy.find("connect-src 'self' https://clerk.example.com "), std::string::npos);
  EXPECT_EQ(ContentSecurityPolicy("").find("https:"), std::string::npos) << "the emulator's page asks no other host";
}

TEST(PageHandler, ServesThePageAtThePathsThatItsScriptShows) {
  const PageHandler page(WebFiles(), {"pk_test_x"});
  const Exchange exchange({.target = "/sign-in/factor-one?x=y"});
  page.App(exchange.request(), exchange.reply());
  const auto answer = exchange.Answer();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body.view(), Load("/").body.view());
}

TEST(PageHandler, NamesEveryFileThatThePageLoads) {
  const std::string html(Load("/").body.view());
  for (const std::string attribute : {"href=\"/", "src=\"/"}) {
    for (auto at = html.find(attribute); at != std::string::npos; at = html.find(attribute, at + 1)) {
      const auto begin = at + attribute.size() - 1;
      const std::string path = html.substr(begin, html.find('"', begin) - begin);
      const bool is_page = path == "/account" || path == "/sign-in" || path == "/sign-up";
      EXPECT_TRUE(is_page || Load(path).status == 200) << path;
    }
  }
}

TEST(PageHandler, HasNoInlineScriptOrStyleWhichThePolicyWouldBlock) {
  const std::string html(Load("/").body.view());
  EXPECT_EQ(html.find("<style"), std::string::npos);
  EXPECT_EQ(html.find(" style="), std::string::npos);
  EXPECT_EQ(html.find(" onclick="), std::string::npos);
  EXPECT_EQ(html.find("<script>"), std::string::npos);
}

TEST(PageHandler, TypesModulesAsJavaScript) {
  EXPECT_EQ(Load("/js/main.js?v=1").content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(Load("/app.css").content_type, "text/css; charset=utf-8");
  EXPECT_EQ(Load("/openapi.json").content_type, "application/json");
}

TEST(PageHandler, AnswersNotModifiedToABrowserThatHasTheFile) {
  const Response first = Load("/app.css");
  const std::string etag = HeaderOf(first, "ETag");
  ASSERT_GT(etag.size(), 2U);
  const Response second = Load("/app.css", etag);
  EXPECT_EQ(second.status, 304);
  EXPECT_EQ(second.body.view(), "");
  EXPECT_EQ(HeaderOf(second, "ETag"), etag);
  EXPECT_EQ(Load("/app.css", "\"other\"").status, 200);
}

TEST(PageHandler, CompressesForThoseWhoTakeIt) {
  const PageHandler page(WebFiles(), {"pk_test_x"});
  const auto load = [&page](const std::string& accept_encoding, const std::string& if_none_match = "") {
    const Exchange exchange(
        {.target = "/app.css", .headers = {{"Accept-Encoding", accept_encoding}, {"If-None-Match", if_none_match}}});
    page.Asset(exchange.request(), exchange.reply());
    return exchange.Answer().value_or(Response{});
  };
  const Response compressed = load("br, gzip;q=0.8");
  EXPECT_EQ(HeaderOf(compressed, "Content-Encoding"), "gzip");
  EXPECT_EQ(HeaderOf(compressed, "Vary"), "Accept-Encoding");
  EXPECT_TRUE(compressed.body.view().starts_with("\x1f\x8b"));
  EXPECT_LT(compressed.body.view().size(), load("").body.view().size() / 2);
  EXPECT_NE(HeaderOf(compressed, "ETag"), HeaderOf(load(""), "ETag"));
  EXPECT_EQ(load("gzip", HeaderOf(compressed, "ETag")).status, 304);
  for (const char* refusal : {"br", "identity", "gzip;q=0", "gzip; q=0.0, br", "gzip;Q=0", "notgzip", "br;x=gzip"}) {
    EXPECT_EQ(HeaderOf(load(refusal), "Content-Encoding"), "") << refusal;
  }
}

TEST(PageHandler, HasNothingElse) {
  for (const char* target : {"/web/index.html", "/index.html", "/js/", "/js/none.js", "/js/../openapi.json"}) {
    EXPECT_EQ(Load(target).status, 404) << target;
  }
}

TEST(PageHandler, TellsThePageWhetherAnEmulatorIsThere) {
  for (const bool emulator : {true, false}) {
    const PageHandler page({}, {"pk_test_\"", emulator});
    const Exchange exchange({});
    page.Settings(exchange.request(), exchange.reply());
    const auto answer = exchange.Answer();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(nlohmann::json::parse(answer->body.view()),
              nlohmann::json({{"publishableKey", "pk_test_\""}, {"emulator", emulator}}));
  }
}

}  // namespace
}  // namespace inkwell::gateway

// Who may ask how often, from where, and with what on every answer: at the real gateway.
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"
#include "tests/integration/edge/raw_client.h"
#include "tests/support/eventually.h"

namespace inkwell::e2e {
namespace {

using gateway::RawAnswer;
using gateway::RawClient;
using std::chrono::steady_clock;

constexpr const char* kPost = R"({"title":"One"})";

class EdgePolicy : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { stack_ = std::make_unique<Stack>(Signer::kTestClerk); }
  static void TearDownTestSuite() { stack_.reset(); }
  static Stack& stack() { return *stack_; }

  static void Restart(const Stack::Environment& environment) {
    EXPECT_EQ(stack().gateway().Terminate(), 0);
    stack().StartGateway({.environment = environment});
  }
  static std::string NewUser() {
    static int count = 0;
    const std::string id = UserId("policy " + std::to_string(++count));
    EXPECT_EQ(stack().Deliver(TestClerk::Event("user.created", TestClerk::SparseUser(id, 1000))).status, 200);
    return id;
  }
  // What came of `requests` one after the other: how many were let through, and the last refusal.
  struct Burst {
    int admitted = 0;
    int refused = 0;
    int most = 0;  // that a rate of 5 per second with a burst of 10 lets through in the time that it took
    HttpAnswer refusal;
  };
  template <typename Ask>
  static Burst Send(int requests, Ask ask) {
    Burst burst;
    const auto start = steady_clock::now();
    for (int i = 0; i < requests; ++i) {
      const HttpAnswer answer = ask();
      EXPECT_TRUE(answer.status != 0 && answer.status < 500) << answer.status;
      ++(answer.status == 429 ? burst.refused : burst.admitted);
      if (answer.status == 429) burst.refusal = answer;
    }
    const std::chrono::duration<double> took = steady_clock::now() - start;
    burst.most = 10 + 1 + static_cast<int>(5 * took.count());
    return burst;
  }
  static RawAnswer Raw(const std::string& bytes) {
    RawClient client(static_cast<std::uint16_t>(stack().gateway_port()));
    client.Send(bytes);
    return client.Read();
  }

  static void ExpectSecurityHeaders(const RawAnswer& answer, int status, const std::string& request) {
    const std::string what = std::to_string(status) + " " + request.substr(0, 60) + "\n" + answer.head;
    EXPECT_EQ(answer.status, status) << what;
    EXPECT_TRUE(answer.HasHeader("X-Content-Type-Options: nosniff")) << what;
    EXPECT_TRUE(answer.HasHeader("Referrer-Policy: no-referrer")) << what;
    EXPECT_TRUE(answer.HasHeader("X-Frame-Options: DENY")) << what;
    EXPECT_TRUE(answer.HasHeader("Strict-Transport-Security: max-age=31536000")) << what;
    EXPECT_NE(answer.head.find("\r\nX-Request-Id: "), std::string::npos) << what;
    EXPECT_EQ(answer.head.find("\r\nAccess-Control-"), std::string::npos) << what;
    EXPECT_EQ(answer.head.find("\r\nServer: "), std::string::npos) << what;
    const bool is_html = answer.head.find("\r\nContent-Type: text/html") != std::string::npos;
    EXPECT_EQ(answer.head.find("\r\nContent-Security-Policy: ") != std::string::npos, is_html) << what;
  }

 private:
  static inline std::unique_ptr<Stack> stack_;
};

TEST_F(EdgePolicy, OneUserIsHeldToTheRateAndOthersAreNot) {
  Restart({{"RATE_LIMIT_USER", "5"}});
  HttpClient eager = stack().ClientOf(NewUser());
  const Burst burst = Send(400, [&] { return eager.Get("/api/posts"); });
  EXPECT_GE(burst.admitted, 10);
  EXPECT_LE(burst.admitted, burst.most);
  ASSERT_GT(burst.refused, 0);
  EXPECT_EQ(burst.refusal.Header("content-type"), "application/problem+json");
  EXPECT_EQ(burst.refusal.Json().value("reason", ""), "RATE_LIMITED");
  EXPECT_EQ(burst.refusal.Header("retry-after"), "1");
  EXPECT_EQ(burst.refusal.Header("ratelimit-limit"), "10");
  EXPECT_EQ(burst.refusal.Header("ratelimit-remaining"), "0");
  EXPECT_EQ(burst.refusal.Header("ratelimit-reset"), "2");

  const HttpAnswer other = stack().ClientOf(NewUser()).Get("/api/posts");
  EXPECT_EQ(other.status, 200);
  EXPECT_EQ(other.Header("ratelimit-remaining"), "9");
  HttpClient nobody(stack().gateway_port());
  for (const char* path : {"/", "/app.css", "/livez", "/config.json"}) {
    EXPECT_EQ(Send(20, [&] { return nobody.Get(path); }).refused, 0) << path;
  }
  const std::string event = TestClerk::Event("user.updated", TestClerk::SparseUser(UserId("limited"), 1000));
  EXPECT_EQ(Send(20, [&] { return stack().Deliver(event); }).refused, 0) << "webhooks";
}

TEST_F(EdgePolicy, OneAddressIsHeldToTheRateWhateverItClaims) {
  Restart({{"RATE_LIMIT_ADDRESS", "5"}});
  HttpClient nobody(stack().gateway_port());
  int asked = 0;
  const Burst burst = Send(400, [&] {
    return nobody.Get("/nowhere", {{"X-Forwarded-For", "192.0.2." + std::to_string(++asked % 250)}});
  });
  EXPECT_GT(burst.refused, 0);
  EXPECT_LE(burst.admitted, burst.most);
  EXPECT_EQ(Send(50, [&] { return nobody.Get("/livez"); }).refused, 0) << "probes are not limited";
}

TEST_F(EdgePolicy, AddressesBehindATrustedProxyAreLimitedEachForItself) {
  Restart({{"RATE_LIMIT_ADDRESS", "5"}, {"TRUSTED_PROXIES", "127.0.0.0/8,::1"}});
  HttpClient proxy(stack().gateway_port());
  const auto from = [&](const std::string& address) {
    return [&proxy, address] { return proxy.Get("/nowhere", {{"X-Forwarded-For", "198.51.100.9, " + address}}); };
  };
  EXPECT_GT(Send(400, from("192.0.2.1")).refused, 0);
  EXPECT_EQ(Send(5, from("192.0.2.2")).refused, 0);
}

// Whatever the answer says, and whoever gave it.
TEST_F(EdgePolicy, EveryAnswerHasTheSecurityHeaders) {
  Restart({{"RATE_LIMIT_USER", "1"}, {"PUBLIC_URL", "https://inkwell.example"}});
  const std::string token = stack().clerk().SessionToken(NewUser());
  const std::string head = " HTTP/1.1\r\nHost: inkwell.example\r\n";
  const std::string signed_in = head + "Authorization: Bearer " + token + "\r\n";
  const std::string json = "Content-Type: application/json\r\n";
  const std::vector<std::pair<int, std::string>> requests{
      {200, "GET /" + head + "\r\n"},
      {204, "OPTIONS /api/posts" + head + "\r\n"},
      {307, "GET /account/export" + head + "\r\n"},
      {400, "GET / HTTP/1.1\r\n\r\n"},
      {400, "nonsense\r\n\r\n"},
      {401, "GET /api/posts" + head + "\r\n"},
      {404, "GET /nowhere" + head + "\r\n"},
      {404, "GET /u/user_nobody" + head + "\r\n"},
      {405, "PUT /api/posts" + head + "Content-Length: 0\r\n\r\n"},
      {413, "POST /api/webhooks/clerk" + head + "Content-Length: 99999999\r\n\r\n"},
      {414, "GET /" + std::string(9000, 'x') + head + "\r\n"},
      {415, "POST /api/posts" + signed_in + "Content-Length: 2\r\n\r\n{}"},
      {400, "POST /api/posts" + signed_in + json + "Content-Length: 2\r\n\r\n{}"},
      {501, "GET /" + head + "Transfer-Encoding: gzip, chunked\r\n\r\n"},
      {505, "GET / HTTP/2.0\r\nHost: inkwell.example\r\n\r\n"},
  };
  for (const auto& [status, request] : requests) ExpectSecurityHeaders(Raw(request), status, request);
  RawAnswer limited;
  EXPECT_TRUE(testing::Eventually([&] { return (limited = Raw("GET /api/posts" + signed_in + "\r\n")).status == 429; }));
  ExpectSecurityHeaders(limited, 429, "too many requests");
}

TEST_F(EdgePolicy, AFullGatewaySaysSoWithTheSecurityHeadersToo) {
  Restart({{"MAX_CONNECTIONS", "1"}, {"PUBLIC_URL", "https://inkwell.example"}});
  const std::string request = "GET /livez HTTP/1.1\r\nHost: inkwell.example\r\n\r\n";
  RawAnswer turned_away;
  EXPECT_TRUE(testing::Eventually([&] {
    RawClient in(static_cast<std::uint16_t>(stack().gateway_port()));
    in.Send(request);
    if (in.Read().status != 200) return false;  // the connection of the probe before is not gone yet
    turned_away = Raw(request);
    return turned_away.status == 503;
  }));
  ExpectSecurityHeaders(turned_away, 503, "one connection too many");
}

TEST_F(EdgePolicy, OtherSitesGetNoPermissionToRead) {
  Restart({});
  HttpClient http = stack().ClientOf(NewUser());
  for (const char* origin : {"http://localhost:3000", "https://evil.example", "null"}) {
    const auto preflight = http.Send(
        "OPTIONS", "/api/posts", "",
        {{"Origin", origin}, {"Access-Control-Request-Method", "POST"}, {"Access-Control-Request-Headers", "authorization"}});
    const auto read = http.Get("/api/posts", {{"Origin", origin}});
    for (const HttpAnswer& answer : {preflight, read}) {
      for (const auto& [name, value] : answer.headers) EXPECT_FALSE(name.starts_with("access-control-")) << name << ": " << value;
    }
  }
}

// gRPC ends a process that puts such bytes into metadata.
TEST_F(EdgePolicy, NothingThatAClientWroteReachesTheServicesAsMetadata) {
  HttpClient http = stack().ClientOf(NewUser());
  const std::vector<std::string> hostile{"with space", std::string(65, 'x'), "caf\xc3\xa9", "\xff\xfe", "a\tb", "a,b", "%0d%0a",
                                         "\x7f"};
  for (const std::string& id : hostile) {
    const HttpAnswer answer =
        http.Send("GET", "/api/posts", "", {{"X-Request-Id", id}, {"inkwell-principal", id}, {"grpc-timeout", id}});
    EXPECT_TRUE(answer.status == 200 || answer.status == 400) << answer.status;
    const std::string ours = answer.Header("x-request-id");
    EXPECT_EQ(ours.find_first_not_of("0123456789abcdef"), std::string::npos) << ours;
    EXPECT_EQ(ours.size(), 32U) << ours;
  }
  EXPECT_EQ(http.Get("/api/posts", {{"X-Request-Id", "mine-1"}}).Header("x-request-id"), "mine-1");
  EXPECT_EQ(http.Get("/api/me").status, 200) << "all processes live";
}

TEST_F(EdgePolicy, ACookieChangesSomethingOnlyFromAPageOfThisSite) {
  Restart({});
  const std::string author = NewUser();
  const std::string cookie = "__session=" + stack().clerk().SessionToken(author) + "; __client_uat=1; __clerk_db_jwt=dvb";
  HttpClient browser(stack().gateway_port());
  const auto create = [&](const std::multimap<std::string, std::string>& origin) {
    std::multimap<std::string, std::string> headers{{"Cookie", cookie}};
    headers.insert(origin.begin(), origin.end());
    return browser.Post("/api/posts", kPost, headers).status;
  };
  EXPECT_EQ(browser.Get("/api/posts", {{"Cookie", cookie}}).status, 200) << "reading changes nothing";
  EXPECT_EQ(create({}), 403);
  EXPECT_EQ(create({{"Origin", "null"}}), 403);
  EXPECT_EQ(create({{"Origin", "http://evil.example"}}), 403);
  EXPECT_EQ(create({{"Origin", "http://localhost:3000.evil.example"}}), 403);
  EXPECT_EQ(create({{"Origin", "https://localhost:3000"}}), 403);
  EXPECT_EQ(create({{"Referer", "http://localhost:3000/"}}), 403);
  for (const char* method : {"PATCH", "DELETE"}) {
    EXPECT_EQ(browser.Send(method, "/api/me", "", {{"Cookie", cookie}}).status, 403) << method;
  }
  EXPECT_EQ(stack().Sql("SELECT count(*) FROM posts.posts WHERE author_id = '" + author + "'"), "0");
  EXPECT_EQ(create({{"Origin", "http://localhost:3000"}}), 201);
}

}  // namespace
}  // namespace inkwell::e2e

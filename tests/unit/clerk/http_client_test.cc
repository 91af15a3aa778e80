// The SDK's own HTTP client against real sockets on the loopback interface.
#include <gtest/gtest.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "clerk/http_client.h"
#include "http/httplib_client.h"
#include "tests/support/eventually.h"

namespace clerk {
namespace {

using std::chrono::milliseconds;

class HttpClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_.Get("/hello", [](const httplib::Request& request, httplib::Response& response) {
      response.set_header("X-Echo", request.get_header_value("X-Test"));
      response.set_content("hello " + request.get_param_value("q"), "text/plain");
    });
    server_.Patch("/body", [](const httplib::Request& request, httplib::Response& response) {
      response.status = 422;
      response.set_content(request.body, "application/json");
    });
    server_.Get("/away", [](const httplib::Request&, httplib::Response& response) { response.set_redirect("/hello"); });
    server_.Get("/big", [](const httplib::Request&, httplib::Response& response) {
      response.set_content(std::string(100'000, 'x'), "text/plain");
    });
    server_.Get("/wait", [this](const httplib::Request&, httplib::Response&) {
      arrived_.set_value();
      released_.get_future().wait_for(std::chrono::seconds(10));
    });
    server_.set_tcp_nodelay(true);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // A stop() before the server runs would be lost.
    ASSERT_TRUE(inkwell::testing::Eventually([this] { return server_.is_running(); }));
  }
  void TearDown() override {
    // The server waits for open connections, and the client keeps some.
    client_.reset();
    server_.stop();
    thread_.join();
  }

  HttpRequest Request(const std::string& target) const {
    HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(port_) + target;
    return request;
  }

  httplib::Server server_;
  std::thread thread_;
  std::promise<void> arrived_;   // a request is at /wait
  std::promise<void> released_;  // and may be answered
  int port_ = 0;
  std::shared_ptr<HttpClient> client_ = MakeHttpClient();
};

TEST_F(HttpClientTest, SendsAndReceives) {
  HttpRequest request = Request("/hello?q=a%20b");
  request.headers = {{"X-Test", "v"}};
  const auto response = client_->Send(request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello a b");
  EXPECT_EQ(response->Header("x-echo"), "v");
}

TEST_F(HttpClientTest, ReusesItsConnection) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(client_->Send(Request("/hello")));
}

TEST_F(HttpClientTest, SendsBodiesAndGivesBodiesOfErrors) {
  HttpRequest request = Request("/body");
  request.method = "PATCH";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = R"({"a":1})";
  const auto response = client_->Send(request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 422);
  EXPECT_EQ(response->body, R"({"a":1})");
}

TEST_F(HttpClientTest, DoesNotFollowRedirects) {
  const auto response = client_->Send(Request("/away"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
}

TEST_F(HttpClientTest, StopsReadingAnAnswerThatIsTooLarge) {
  HttpRequest request = Request("/big");
  request.max_response_bytes = 50'000;
  const auto response = client_->Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, HttpFailure::kTooLarge);
}

TEST_F(HttpClientTest, RefusesUrlsThatAreNotPlainHttp) {
  for (const char* url : {"", "/hello", "ftp://127.0.0.1/", "http://", "http://a b/", "http://u@127.0.0.1/", "http://x\r\n/"}) {
    HttpRequest request;
    request.url = url;
    const auto response = client_->Send(request);
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().failure, HttpFailure::kInvalidUrl);
  }
}

// A peer that accepts and then sends a byte of header every few milliseconds, for ever.
class DrippingPeer {
 public:
  DrippingPeer() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    listen(socket_, 1);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      const int peer = accept(socket_, nullptr, nullptr);
      std::mutex mutex;
      std::condition_variable_any tick;
      std::unique_lock lock(mutex);
      while (!stop.stop_requested() && send(peer, "H", 1, MSG_NOSIGNAL) == 1) {
        tick.wait_for(lock, stop, milliseconds(5), [] { return false; });
      }
      close(peer);
    });
  }
  ~DrippingPeer() {
    thread_.request_stop();
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }
  [[nodiscard]] int port() const { return port_; }

 private:
  int socket_;
  int port_ = 0;
  std::jthread thread_;
};

TEST_F(HttpClientTest, KeepsItsDeadlineAgainstAPeerThatDripsBytes) {
  const DrippingPeer peer;
  HttpRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(peer.port()) + "/";
  request.timeout = milliseconds(200);
  const auto before = std::chrono::steady_clock::now();
  const auto response = client_->Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, HttpFailure::kTimeout);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
}

TEST_F(HttpClientTest, EndsWhenItIsCancelled) {
  std::stop_source source;
  HttpRequest request = Request("/wait");
  request.cancel = source.get_token();
  request.timeout = std::chrono::seconds(60);
  const auto before = std::chrono::steady_clock::now();
  auto answer = std::async(std::launch::async, [&] { return client_->Send(request); });
  ASSERT_EQ(arrived_.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
  source.request_stop();
  const auto response = answer.get();
  released_.set_value();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, HttpFailure::kUnreachable);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(30));
}

TEST_F(HttpClientTest, TellsThatNobodyListens) {
  const int closed = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(bind(closed, reinterpret_cast<sockaddr*>(&address), size), 0);
  getsockname(closed, reinterpret_cast<sockaddr*>(&address), &size);
  HttpRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  const auto response = client_->Send(request);
  close(closed);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, HttpFailure::kUnreachable);
}

// Looks names up as the test says, and counts.
class FakeLookUp {
 public:
  explicit FakeLookUp(std::vector<std::string> addresses) : addresses_(std::move(addresses)) {}

  [[nodiscard]] http::NameResolver::LookUp function() {
    return [this](const std::string& host) {
      std::unique_lock lock(mutex_);
      asked_.push_back(host);
      changed_.notify_all();
      changed_.wait(lock, [this] { return !held_; });
      ++ended_;
      changed_.notify_all();
      return addresses_;
    };
  }
  void Answer(std::vector<std::string> addresses) {
    const std::lock_guard lock(mutex_);
    addresses_ = std::move(addresses);
  }
  // While held, look-ups hang.
  void Hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  [[nodiscard]] bool WaitUntilEnded(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return ended_ >= count; });
  }
  [[nodiscard]] std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> addresses_;
  std::vector<std::string> asked_;
  std::size_t ended_ = 0;
  bool held_ = false;
};

TEST_F(HttpClientTest, LooksANameUpAndTriesItsAddressesInOrder) {
  FakeLookUp names({"127.0.0.2", "127.0.0.1"});  // the server listens on the second only
  client_ = http::MakeHttplibClient(names.function());
  HttpRequest request;
  request.url = "http://api.example.test:" + std::to_string(port_) + "/hello?q=x";
  const auto response = client_->Send(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "hello x");
  EXPECT_EQ(names.asked(), std::vector<std::string>{"api.example.test"});
  ASSERT_TRUE(client_->Send(request));
  EXPECT_EQ(names.asked().size(), 1U) << "a kept connection needs no look-up";
}

TEST_F(HttpClientTest, LooksTheNameUpAgainWhenAKeptConnectionsAddressIsGone) {
  httplib::Server moved;
  moved.Get("/hello", [](const httplib::Request&, httplib::Response& response) { response.set_content("moved", "text/plain"); });
  FakeLookUp names({"127.0.0.1"});
  client_ = http::MakeHttplibClient(names.function());
  ASSERT_TRUE(moved.bind_to_port("127.0.0.2", port_));
  HttpRequest request;
  request.url = "http://api.example.test:" + std::to_string(port_) + "/hello?q=x";
  request.headers = {{"Connection", "close"}};  // so that neither server waits for the client
  ASSERT_TRUE(client_->Send(request));
  server_.stop();
  const std::jthread thread([&moved] { moved.listen_after_bind(); });
  EXPECT_TRUE(inkwell::testing::Eventually([&moved] { return moved.is_running(); }));
  names.Answer({"127.0.0.2"});
  const auto response = client_->Send(request);
  const auto asked = names.asked();
  moved.stop();
  EXPECT_TRUE(response) << response.error().message;
  EXPECT_EQ(response ? response->body : "", "moved");
  EXPECT_EQ(asked.size(), 2U);
}

TEST_F(HttpClientTest, TellsThatANameIsNotKnownWhenItsLookUpFails) {
  client_ = http::MakeHttplibClient([](const std::string&) -> std::vector<std::string> { throw 1; });
  for (int i = 0; i < 2; ++i) {
    const auto response = client_->Send({.url = "http://nobody.example.test/"});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().failure, HttpFailure::kUnreachable);
  }
}

TEST_F(HttpClientTest, DoesNotLookAnAddressUp) {
  FakeLookUp names({});
  client_ = http::MakeHttplibClient(names.function());
  ASSERT_TRUE(client_->Send(Request("/hello")));
  EXPECT_TRUE(names.asked().empty());
}

TEST_F(HttpClientTest, TellsThatANameIsNotKnown) {
  FakeLookUp names({});
  client_ = http::MakeHttplibClient(names.function());
  const auto response = client_->Send({.url = "http://nobody.example.test/"});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, HttpFailure::kUnreachable);
}

TEST_F(HttpClientTest, KeepsItsDeadlineWhileTheResolverHangsAndAsksItOnce) {
  FakeLookUp names({"127.0.0.1"});
  names.Hold(true);
  client_ = http::MakeHttplibClient(names.function());
  const HttpRequest request{.url = "http://api.example.test/", .timeout = milliseconds(50)};
  for (int i = 0; i < 3; ++i) {
    const auto response = client_->Send(request);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().failure, HttpFailure::kTimeout);
    // The look-up is on a thread of its own, which may begin late.
    ASSERT_TRUE(inkwell::testing::Eventually([&] { return !names.asked().empty(); }));
  }
  EXPECT_EQ(names.asked().size(), 1U);
  client_.reset();  // nobody waits for the look-up, not even here
  names.Hold(false);
  EXPECT_TRUE(names.WaitUntilEnded(1));
}

TEST_F(HttpClientTest, EndsWhenItIsCancelledWhileTheResolverHangs) {
  FakeLookUp names({"127.0.0.1"});
  names.Hold(true);
  client_ = http::MakeHttplibClient(names.function());
  std::stop_source source;
  const HttpRequest request{.url = "http://api.example.test/", .timeout = std::chrono::seconds(60), .cancel = source.get_token()};
  auto answer = std::async(std::launch::async, [&] { return client_->Send(request); });
  ASSERT_TRUE(inkwell::testing::Eventually([&] { return !names.asked().empty(); }));
  source.request_stop();
  const auto response = answer.get();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, HttpFailure::kUnreachable);
  names.Hold(false);
  EXPECT_TRUE(names.WaitUntilEnded(1));
}

}  // namespace
}  // namespace clerk

// The way to Clerk against real sockets on the loopback interface.
#include "gateway/handlers/clerk_upstream.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <string>
#include <thread>
#include <utility>

namespace inkwell::gateway {
namespace {

using namespace std::chrono_literals;

// Accepts one connection, reads a request and answers with the given bytes; with none it says nothing until it is destroyed.
class OneAnswer final {
 public:
  explicit OneAnswer(std::string answer) : answer_(std::move(answer)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~OneAnswer() {
    end_.set_value();
    ::shutdown(listener_, SHUT_RDWR);  // ends an accept that nobody came to
    thread_.join();
    ::close(listener_);
  }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

  [[nodiscard]] std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string request() { return request_.get_future().get(); }

 private:
  void Serve() {
    const int connection = ::accept(listener_, nullptr, nullptr);
    std::string request;
    char bytes[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::recv(connection, bytes, sizeof(bytes), 0);
      if (got <= 0) break;
      request.append(bytes, static_cast<std::size_t>(got));
    }
    request_.set_value(request);
    if (answer_.empty()) {
      end_.get_future().wait();
    } else {
      EXPECT_EQ(::send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL), static_cast<ssize_t>(answer_.size()));
    }
    if (connection >= 0) ::close(connection);
  }

  const std::string answer_;
  const int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int port_ = 0;
  std::promise<std::string> request_;
  std::promise<void> end_;
  std::thread thread_;
};

UpstreamResult Ask(const std::string& origin, UpstreamRequest request) {
  auto upstream = MakeClerkUpstream(origin);
  EXPECT_TRUE(upstream.has_value());
  std::promise<UpstreamResult> answered;
  (*upstream)->Send(std::move(request), [&](UpstreamResult result) { answered.set_value(std::move(result)); });
  return answered.get_future().get();
}

UpstreamRequest Get(std::chrono::milliseconds timeout = 10s) {
  return {"GET", "/v1/client?a=%2F", {{"X-Test", "a%0d%0ab"}}, "", std::chrono::steady_clock::now() + timeout};
}

std::string ValueOf(const UpstreamResponse& response, std::string_view name) {
  for (const HeaderField& field : response.headers) {
    if (field.name == name) return field.value;
  }
  return "";
}

TEST(ClerkUpstream, ChangesNothingOnEitherWay) {
  OneAnswer server(
      "HTTP/1.1 302 Found\r\nSet-Cookie: a=%3D%0d%0a\r\nSet-Cookie: b=2\r\nContent-Encoding: gzip\r\nLocation: /x%20y\r\n"
      "Transfer-Encoding: chunked\r\n\r\n4\r\n\x1f\x8b\x08\x01\r\n0\r\n\r\n");
  const UpstreamResult answer = Ask(server.origin(), Get());
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(ValueOf(*answer, "Set-Cookie"), "a=%3D%0d%0a");
  EXPECT_EQ(ValueOf(*answer, "Location"), "/x%20y");
  EXPECT_EQ(answer->body, "\x1f\x8b\x08\x01");
  const std::string request = server.request();
  EXPECT_TRUE(request.starts_with("GET /v1/client?a=%2F HTTP/1.1\r\n")) << request;
  EXPECT_NE(request.find("\r\nX-Test: a%0d%0ab\r\n"), std::string::npos) << request;
  EXPECT_NE(request.find("\r\nHost: " + server.origin().substr(7) + "\r\n"), std::string::npos) << request;
}

TEST(ClerkUpstream, TakesABodyThatEndsWithTheConnection) {
  OneAnswer server("HTTP/1.0 200 OK\r\n\r\nwhole");
  const UpstreamResult answer = Ask(server.origin(), Get());
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "whole");
}

TEST(ClerkUpstream, EndsAtTheDeadline) {
  OneAnswer silent("");
  const UpstreamResult answer = Ask(silent.origin(), Get(50ms));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error(), UpstreamFailure::kTimeout);
}

TEST(ClerkUpstream, TellsWhatIsNoAnswer) {
  for (const auto& [bytes, failure] :
       {std::pair{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", UpstreamFailure::kUnusable},
        std::pair{"not HTTP at all\r\n\r\n", UpstreamFailure::kUnusable},
        std::pair{"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", UpstreamFailure::kTooLarge}}) {
    OneAnswer server(bytes);
    const UpstreamResult answer = Ask(server.origin(), Get());
    ASSERT_FALSE(answer.has_value()) << bytes;
    EXPECT_EQ(answer.error(), failure) << bytes;
  }
  const UpstreamResult nobody = Ask("http://127.0.0.1:1", Get());
  ASSERT_FALSE(nobody.has_value());
  EXPECT_EQ(nobody.error(), UpstreamFailure::kUnreachable);
}

TEST(ClerkUpstream, NeedsAnOrigin) {
  for (const char* url : {"", "clerk.example", "ftp://clerk.example", "http://", "http://clerk.example/path", "http://a@b"}) {
    EXPECT_FALSE(MakeClerkUpstream(url).has_value()) << url;
  }
  EXPECT_TRUE(MakeClerkUpstream("https://clerk.example").has_value());
}

}  // namespace
}  // namespace inkwell::gateway

#include "clerk-emulator/http/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace inkwell::emulator {
namespace {

using namespace std::chrono_literals;

class HttpServerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = HttpServer::Start("127.0.0.1:0", [this](const HttpRequest& request) { return handler_(request); });
    ASSERT_TRUE(started.has_value());
    server_ = std::move(*started);
  }

  [[nodiscard]] int Port() const {
    const auto& address = server_->address();
    return std::atoi(address.c_str() + address.rfind(':') + 1);
  }

  // Sends the bytes and returns what comes until the answer's body is complete, the peer closes, or 3 s pass.
  std::string Exchange(const std::string& bytes) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const timeval timeout{3, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(Port()));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string answer;
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 &&
        ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size())) {
      char buffer[4096];
      ssize_t got = 0;
      while (answer.find("done") == std::string::npos && (got = ::recv(fd, buffer, sizeof buffer, 0)) > 0) {
        answer.append(buffer, static_cast<std::size_t>(got));
      }
    }
    ::close(fd);
    return answer;
  }

  HttpHandler handler_ = [](const HttpRequest& request) {
    return HttpResponse{201, request.method + " " + request.path + " " + request.body + " done", "text/plain", {{"X-Own", "1"}}};
  };
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, HandsOverTheWholeRequestAndWritesTheWholeResponse) {
  HttpRequest seen;
  handler_ = [&seen](const HttpRequest& request) {
    seen = request;
    return HttpResponse{422, "body", "text/plain", {{"X-Own", "1"}}};
  };
  httplib::Client client("127.0.0.1", Port());
  const auto response = client.Patch("/a%20b/c?x=1&x=2&y=%2B", {{"X-Name", "value"}}, "text", "text/plain");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 422);
  EXPECT_EQ(response->body, "body");
  EXPECT_EQ(response->get_header_value("X-Own"), "1");
  EXPECT_EQ(seen.method, "PATCH");
  EXPECT_EQ(seen.path, "/a b/c");
  EXPECT_EQ(seen.QueryAll("x"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(seen.Query("y"), "+");
  EXPECT_EQ(seen.Header("x-name"), "value");
  EXPECT_EQ(seen.body, "text");
  EXPECT_EQ(seen.client_address, "127.0.0.1");
}

TEST_F(HttpServerTest, AnswersWithTheWholeWhenAskedForARange) {
  for (const char* type : {"text/plain", "text/javascript"}) {
    handler_ = [type](const HttpRequest&) { return HttpResponse{200, "0123456789", type, {}}; };
    httplib::Client client("127.0.0.1", Port());
    const auto response = client.Get("/p", {{"Range", "bytes=4-"}});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "0123456789") << type;
    EXPECT_FALSE(response->has_header("Content-Range"));
  }
}

TEST_F(HttpServerTest, EveryMethodArrives) {
  httplib::Client client("127.0.0.1", Port());
  EXPECT_EQ(client.Get("/p")->body, "GET /p  done");
  EXPECT_EQ(client.Post("/p", "b", "text/plain")->body, "POST /p b done");
  EXPECT_EQ(client.Put("/p", "b", "text/plain")->body, "PUT /p b done");
  EXPECT_EQ(client.Delete("/p")->body, "DELETE /p  done");
  EXPECT_EQ(client.Options("/p")->body, "OPTIONS /p  done");
}

TEST_F(HttpServerTest, PostWithoutAnyLengthHasNoBodyAndIsAnsweredAtOnce) {
  const auto started = std::chrono::steady_clock::now();
  EXPECT_THAT(Exchange("POST /p HTTP/1.1\r\nHost: x\r\n\r\n"), testing::HasSubstr("POST /p  done"));
  EXPECT_LT(std::chrono::steady_clock::now() - started, 2s);
}

TEST_F(HttpServerTest, BodiesAreBoundedAlsoWhenChunked) {
  std::atomic<int> handled = 0;
  handler_ = [&handled](const HttpRequest&) {
    ++handled;
    return HttpResponse{};
  };
  httplib::Client client("127.0.0.1", Port());
  const auto plain = client.Post("/p", std::string((1 << 20) + 1, 'x'), "text/plain");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->status, 413);
  const std::string piece(64 * 1024, 'x');
  const auto chunked = client.Post(
      "/p",
      [&piece](std::size_t offset, httplib::DataSink& sink) {
        if (offset > (2U << 20)) {
          sink.done();
          return true;
        }
        return sink.write(piece.data(), piece.size());
      },
      "text/plain");
  EXPECT_TRUE(!chunked || chunked->status == 413) << "the answer may be lost while the client still sends";
  EXPECT_EQ(handled, 0);
}

TEST_F(HttpServerTest, LongPathIsRefusedBeforeAnyRouting) {
  httplib::Client client("127.0.0.1", Port());
  const auto response = client.Get("/" + std::string(4000, 'a'));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 414);
}

TEST_F(HttpServerTest, PortIsNotShared) {
  const auto second = HttpServer::Start(server_->address(), handler_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().reason, "ADDRESS_NOT_BOUND");
}

TEST_F(HttpServerTest, ConnectionsAreServedAtTheSameTime) {
  std::promise<void> release;
  auto released = release.get_future().share();
  std::atomic<int> inside = 0;
  handler_ = [&](const HttpRequest&) {
    if (++inside == 16) release.set_value();
    released.wait_for(10s);
    return HttpResponse{};
  };
  std::vector<std::future<bool>> calls;
  for (int i = 0; i < 16; ++i) {
    calls.push_back(std::async(std::launch::async, [port = Port()] {
      httplib::Client client("127.0.0.1", port);
      client.set_read_timeout(10);
      const auto response = client.Get("/");
      return response && response->status == 200;
    }));
  }
  for (auto& call : calls) EXPECT_TRUE(call.get());
  EXPECT_EQ(inside, 16);
}

}  // namespace
}  // namespace inkwell::emulator

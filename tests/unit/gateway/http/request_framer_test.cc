#include "gateway/http/request_framer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace inkwell::gateway {
namespace {

using namespace std::string_literals;

constexpr FramingLimits kLimits{.request_line = 200, .head = 1000, .fields = 10};
constexpr std::size_t kBodyLimit = 100;

// What a stream of bytes is to the edge, fed `step` bytes at a time: each request as "METHOD target body", a rejection as its
// status, an unfinished request as "…"; joined by "; ".
std::string Frame(std::string_view bytes, std::size_t step) {
  std::string seen;
  const auto add = [&](const std::string& what) { seen += (seen.empty() ? "" : "; ") + what; };
  RequestFramer framer(kLimits);
  while (true) {
    switch (framer.state()) {
      case RequestFramer::State::kHeadComplete:
        framer.AcceptBody(kBodyLimit);
        continue;
      case RequestFramer::State::kComplete: {
        const auto record = framer.Take();
        add(std::string(record->method) + " " + std::string(record->target) + (record->body.empty() ? "" : " " + record->body));
        continue;
      }
      case RequestFramer::State::kRejected:
        add(std::to_string(framer.rejection().status));
        return seen;
      case RequestFramer::State::kHead:
      case RequestFramer::State::kBody:
        break;
    }
    if (bytes.empty()) break;
    const std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(framer.Feed(piece));
  }
  if (framer.started()) add("…");
  return seen;
}

struct Case {
  std::string bytes;
  std::string seen;
};

const std::string kHost = "Host: a\r\n";

std::string Get(const std::string& fields) { return "GET / HTTP/1.1\r\n" + kHost + fields + "\r\n"; }
std::string Post(const std::string& fields, const std::string& body) {
  return "POST /p HTTP/1.1\r\n" + kHost + fields + "\r\n" + body;
}
std::string Chunked(const std::string& body) { return Post("Transfer-Encoding: chunked\r\n", body); }
std::string Line(const std::string& line) { return line + "\r\n" + kHost + "\r\n"; }

// Every case is fed whole, byte by byte, and in steps that cut lines elsewhere: the outcome may not differ.
void ExpectAll(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    for (const std::size_t step : {one.bytes.size() + 1, std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}}) {
      EXPECT_EQ(Frame(one.bytes, step), one.seen) << "in steps of " << step << ": " << testing::PrintToString(one.bytes);
    }
  }
}

TEST(RequestFramer, TakesRequestLines) {
  ExpectAll({
      {Line("GET / HTTP/1.1"), "GET /"},
      {Line("HEAD /a/b HTTP/1.1"), "HEAD /a/b"},
      {Line("PUT / HTTP/1.1"), "PUT /"},
      {Line("PATCH / HTTP/1.1"), "PATCH /"},
      {Line("DELETE /x HTTP/1.1"), "DELETE /x"},
      {Line("OPTIONS /x HTTP/1.1"), "OPTIONS /x"},
      {Line("OPTIONS * HTTP/1.1"), "OPTIONS *"},
      {Line("GET /a?b=c&d=%20 HTTP/1.1"), "GET /a?b=c&d=%20"},
      {Line("GET /a?b=%zz HTTP/1.1"), "GET /a?b=%zz"},
      {Line("GET /%41%2f HTTP/1.1"), "GET /%41%2f"},
      {Line("GET //double HTTP/1.1"), "GET //double"},
      {Line("GET /a|b^c`{} HTTP/1.1"), "GET /a|b^c`{}"},
      {"\r\n" + Line("GET / HTTP/1.1"), "GET /"},
  });
}

TEST(RequestFramer, RefusesBrokenRequestLines) {
  ExpectAll({
      {"\r\n\r\n" + Line("GET / HTTP/1.1"), "400"},
      {"\n" + Line("GET / HTTP/1.1"), "400"},
      {" " + Line("GET / HTTP/1.1"), "400"},
      {"\0"s + Line("GET / HTTP/1.1"), "400"},
      {"\x16\x03\x01\x02"s, "400"},
      {Line("GET  / HTTP/1.1"), "400"},
      {Line("GET /  HTTP/1.1"), "400"},
      {Line("GET / HTTP/1.1 "), "400"},
      {Line("GET\t/\tHTTP/1.1"), "400"},
      {Line("GET /"), "400"},
      {Line("GET"), "400"},
      {Line("GET / HTTP/1.1 x"), "400"},
      {Line("GET /a b HTTP/1.1"), "400"},
      {Line("G(T / HTTP/1.1"), "400"},
      {Line("G\0T / HTTP/1.1"s), "400"},
      {Line("GET / HTTP/1"), "400"},
      {Line("GET / HTTP/1.10"), "400"},
      {Line("GET / http/1.1"), "400"},
      {Line("GET / HTTP/a.b"), "400"},
      {Line("GET / XTTP/1.1"), "400"},
      {Line("GET /\r HTTP/1.1"), "400"},
      {Line("GET /\x01 HTTP/1.1"), "400"},
      {Line("GET /\x7f HTTP/1.1"), "400"},
      {Line("GET /\xc3\xa4 HTTP/1.1"), "400"},
      {Line("GET /#fragment HTTP/1.1"), "400"},
      {Line("GET /%zz HTTP/1.1"), "400"},
      {Line("GET /%4 HTTP/1.1"), "400"},
      {Line("GET /% HTTP/1.1"), "400"},
      {Line("GET /%00 HTTP/1.1"), "400"},
      {Line("GET /%u1234 HTTP/1.1"), "400"},
      {Line("GET a HTTP/1.1"), "400"},
      {Line("GET * HTTP/1.1"), "400"},
      {Line("POST * HTTP/1.1"), "400"},
      {"GET / HTTP/1.1\nHost: a\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", "400"},
      {"GET / HTTP/1.1\rHost: a\r\n\r\n", "400"},
  });
}

TEST(RequestFramer, AnswersUnknownVersionsAndMethodsAsSuch) {
  ExpectAll({
      {Line("GET / HTTP/2.0"), "505"},
      {Line("GET / HTTP/0.9"), "505"},
      {Line("GET / HTTP/1.2"), "GET /"},
      {Line("GET / HTTP/1.9"), "GET /"},
      {Line("GET / HTTP/9.9"), "505"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
      {Line("FOO / HTTP/1.1"), "501"},
      {Line("get / HTTP/1.1"), "501"},
      {Line("GETX / HTTP/1.1"), "501"},
      {Line("TRACE / HTTP/1.1"), "501"},
      {Line("CONNECT a:443 HTTP/1.1"), "501"},
  });
}

TEST(RequestFramer, HoldsTheLimitsOfTheHead) {
  const std::string longest(200 - std::string_view("GET / HTTP/1.1").size(), 'a');
  ExpectAll({
      {Line("GET /" + longest + " HTTP/1.1"), "GET /" + longest},
      {Line("GET /a" + longest + " HTTP/1.1"), "414"},
      {"GET /" + std::string(300, 'a'), "414"},
      {std::string(300, 'A'), "414"},
      {Get("X: " + std::string(900, 'x') + "\r\n"), "GET /"},
      {Get("X: " + std::string(1000, 'x') + "\r\n"), "431"},
      {"GET / HTTP/1.1\r\nX: " + std::string(1000, 'x'), "431"},
      {Get("1: 1\r\n2: 2\r\n3: 3\r\n4: 4\r\n5: 5\r\n6: 6\r\n7: 7\r\n8: 8\r\n9: 9\r\n"), "GET /"},
      {Get("1: 1\r\n2: 2\r\n3: 3\r\n4: 4\r\n5: 5\r\n6: 6\r\n7: 7\r\n8: 8\r\n9: 9\r\n0: 0\r\n"), "431"},
  });
}

TEST(RequestFramer, TakesFields) {
  ExpectAll({
      {Get("X:\r\n"), "GET /"},
      {Get("X:   \t  \r\n"), "GET /"},
      {Get("X: a\tb\r\n"), "GET /"},
      {Get("X: \xc3\xa4\r\n"), "GET /"},
      {Get("X_y: 1\r\n"), "GET /"},
      {Get("!#$%&'*+-.^_`|~9: 1\r\n"), "GET /"},
      {Get("Cookie: a=1\r\nCookie: b=2\r\n"), "GET /"},
      {Get("Upgrade: websocket\r\nConnection: Upgrade\r\n"), "GET /"},
      {Get("Range: bytes=0-1,0-1\r\n"), "GET /"},
  });
}

TEST(RequestFramer, RefusesBrokenFields) {
  ExpectAll({
      {Get("X : 1\r\n"), "400"},
      {Get("X\t: 1\r\n"), "400"},
      {Get(" X: 1\r\n"), "400"},
      {Get("X: 1\r\n folded\r\n"), "400"},
      {Get("X: 1\r\n\tfolded\r\n"), "400"},
      {Get("X: 1\r\n \r\n"), "400"},
      {Get("X\r\n"), "400"},
      {Get(": 1\r\n"), "400"},
      {Get("X\0: 1\r\n"s), "400"},
      {Get("X: \0\r\n"s), "400"},
      {Get("X: \x01\r\n"), "400"},
      {Get("X: \x7f\r\n"), "400"},
      {Get("X: a\rb\r\n"), "400"},
      {Get("X: a\r\r\n"), "400"},
      {Get("X: a\n"), "400"},
      {Get("X(: 1\r\n"), "400"},
      {Get("X y: 1\r\n"), "400"},
      {Get("\xc3\xa4: 1\r\n"), "400"},
      {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a\r\n\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a\n\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a\r\n\rX", "…"},
      {"GET / HTTP/1.1\r\nHost: a\r\n\rX\r\n", "400"},
      {Get("Connection: a b\r\n"), "400"},
  });
}

TEST(RequestFramer, RefusesFieldsThatMustBeSingle) {
  ExpectAll({
      {Get("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"), "400"},
      {Get("Origin: http://a\r\norigin: http://a\r\n"), "400"},
      {Get("Content-Type: a/b\r\nContent-Type: a/b\r\n"), "400"},
      {Get("Idempotency-Key: a\r\nIdempotency-Key: b\r\n"), "400"},
  });
}

TEST(RequestFramer, DemandsOneValidHost) {
  ExpectAll({
      {"GET / HTTP/1.1\r\n\r\n", "400"},
      {"GET / HTTP/1.0\r\n\r\n", "GET /"},
      {"GET / HTTP/1.0\r\nHost: a\r\n\r\n", "GET /"},
      {"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", "400"},
      {Get("Host: a\r\n"), "400"},
      {Get("host: b\r\n"), "400"},
      {"GET / HTTP/1.1\r\nHost:\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a:80\r\n\r\n", "GET /"},
      {"GET / HTTP/1.1\r\nHost: a:\r\n\r\n", "GET /"},
      {"GET / HTTP/1.1\r\nHost: :80\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a:123456\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET /"},
      {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: []\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: [g::1]\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: [:::::]\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: [::ffff:127.0.0.1]\r\n\r\n", "GET /"},
      {"GET / HTTP/1.1\r\nHost: [" + std::string(60, '1') + "]\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a%2d\r\n\r\n", "GET /"},
      {"GET / HTTP/1.1\r\nHost: a%zz\r\n\r\n", "400"},
  });
}

TEST(RequestFramer, TurnsAbsoluteFormIntoOriginForm) {
  ExpectAll({
      {Line("GET http://a/x?y HTTP/1.1"), "GET /x?y"},
      {Line("GET HTTP://A/x HTTP/1.1"), "GET /x"},
      {Line("GET https://a HTTP/1.1"), "GET /"},
      {Line("GET http://b/x HTTP/1.1"), "GET /x"},
      {Line("GET http://a?x HTTP/1.1"), "GET /?x"},
      {Line("GET http://a:80?x=/y HTTP/1.1"), "GET /?x=/y"},
      {Line("GET http://u@a/x HTTP/1.1"), "400"},
      {Line("GET http:///x HTTP/1.1"), "400"},
      {Line("GET ftp://a/x HTTP/1.1"), "400"},
      {Line("GET http:/a/x HTTP/1.1"), "400"},
      {Line("GET a:80 HTTP/1.1"), "400"},
      {"GET http://a/x HTTP/1.1\r\n\r\n", "400"},
  });
}

TEST(RequestFramer, FramesBodiesByLength) {
  ExpectAll({
      {Post("Content-Length: 5\r\n", "hello"), "POST /p hello"},
      {Post("Content-Length: 0\r\n", ""), "POST /p"},
      {Post("", ""), "POST /p"},
      {Post("Content-Length: 005\r\n", "hello"), "POST /p hello"},
      {Post("content-length:5\r\n", "hello"), "POST /p hello"},
      {Post("Content-Length: 5  \r\n", "hello"), "POST /p hello"},
      {Post("Content-Length: 5\r\n", "hell"), "…"},
      {Post("Content-Length: 100\r\n", std::string(100, 'b')), "POST /p " + std::string(100, 'b')},
      {Post("Content-Length: 101\r\n", ""), "413"},
      {Post("Content-Length: 999999999999999999\r\n", ""), "413"},
      {Get("Content-Length: 5\r\n") + "hello", "GET / hello"},
      {"DELETE / HTTP/1.1\r\n" + kHost + "Content-Length: 2\r\n\r\nhi", "DELETE / hi"},
      {"POST /p HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi", "POST /p hi"},
  });
}

TEST(RequestFramer, RefusesDoubtfulFraming) {
  ExpectAll({
      {Post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), "400"},
      {Post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), "400"},
      {Post("Content-Length: 5, 5\r\n", "hello"), "400"},
      {Post("Content-Length: +5\r\n", "hello"), "400"},
      {Post("Content-Length: -5\r\n", "hello"), "400"},
      {Post("Content-Length: 0x5\r\n", "hello"), "400"},
      {Post("Content-Length: 5 5\r\n", "hello"), "400"},
      {Post("Content-Length: 5;\r\n", "hello"), "400"},
      {Post("Content-Length: five\r\n", "hello"), "400"},
      {Post("Content-Length:\r\n", "hello"), "400"},
      {Post("Content-Length: 1e1\r\n", "hello"), "400"},
      {Post("Content-Length: 18446744073709551621\r\n", "hello"), "400"},
      {Post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400"},
      {Post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), "400"},
      {Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400"},
      {Post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), "400"},
      {Post("Transfer-Encoding: identity\r\n", "0\r\n\r\n"), "400"},
      {Post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), "400"},
      {Post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), "501"},
      {Post("Transfer-Encoding: gzip,chunked\r\n", "0\r\n\r\n"), "501"},
      {Post("Transfer-Encoding: chunked,\r\n", "0\r\n\r\n"), "400"},
      {Post("Transfer-Encoding: chunked, gzip, chunked\r\n", "0\r\n\r\n"), "400"},
      {Post("Transfer-Encoding: gzip\r\n", ""), "400"},
      {Post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), "400"},
      {Post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), "400"},
      {Post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), "400"},
      {Post("Transfer-Encoding: \x0b chunked\r\n", "0\r\n\r\n"), "400"},
      {Post("Transfer-Encoding:\r\n", ""), "400"},
      {Post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), "400"},
      {"POST /p HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
  });
}

TEST(RequestFramer, TakesChunkedBodies) {
  ExpectAll({
      {Chunked("0\r\n\r\n"), "POST /p"},
      {Chunked("5\r\nhello\r\n0\r\n\r\n"), "POST /p hello"},
      {Chunked("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), "POST /p hello"},
      {Chunked("A\r\n0123456789\r\n000\r\n\r\n"), "POST /p 0123456789"},
      {Chunked("a\r\n0123456789\r\n0\r\n\r\n"), "POST /p 0123456789"},
      {Chunked("0005\r\nhello\r\n0\r\n\r\n"), "POST /p hello"},
      {Chunked("5;a\r\nhello\r\n0;b=c\r\n\r\n"), "POST /p hello"},
      {Chunked("5;a=\"x;\\\"y\"\r\nhello\r\n0\r\n\r\n"), "POST /p hello"},
      {Chunked("5;a;b=c\r\nhello\r\n0\r\n\r\n"), "POST /p hello"},
      {Chunked("5\r\nhello\r\n0\r\nX: y\r\n\r\n"), "POST /p hello"},
      {Chunked("2\r\n\r\n\r\n0\r\n\r\n"), "POST /p \r\n"},
      {Post("Transfer-Encoding: CHUNKED\r\n", "0\r\n\r\n"), "POST /p"},
      {Chunked("64\r\n" + std::string(100, 'b') + "\r\n0\r\n\r\n"), "POST /p " + std::string(100, 'b')},
      {Chunked("5\r\nhell"), "…"},
      {Chunked("0\r\n\r"), "…"},
  });
}

TEST(RequestFramer, RefusesBrokenChunks) {
  ExpectAll({
      {Chunked("65\r\n" + std::string(101, 'b') + "\r\n0\r\n\r\n"), "413"},
      {Chunked("64\r\n" + std::string(100, 'b') + "\r\n1\r\nb\r\n0\r\n\r\n"), "413"},
      {Chunked("FFFFFFFFFFFFFFFF\r\n"), "413"},
      {Chunked("10000000000000000\r\n"), "400"},
      {Chunked("00000000000000005\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("\r\n"), "400"},
      {Chunked("5\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("5\r\nhello0\r\n\r\n"), "400"},
      {Chunked("5\r\nhello\n0\r\n\r\n"), "400"},
      {Chunked("5\r\nhello\rX0\r\n\r\n"), "400"},
      {Chunked("4\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("6\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked(" 5\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("5 \r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("5 ;a\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("+5\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("-5\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("0x5\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("5g\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("5;\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("5;=a\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("5;a=\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("5;a\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("5;a=\"x\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("5;a=\"x\"y\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("5;a\rX\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("5;" + std::string(5000, 'a') + "\r\nhello\r\n0\r\n\r\n"), "400"},
      {Chunked("0\r\nX: y\n\r\n"), "400"},
      {Chunked("0\r\n\rX"), "400"},
      {Chunked("0\r\nX: y\rZ"), "400"},
      {Chunked("0\r\n folded\r\n\r\n"), "400"},
      {Chunked("0\r\nX : y\r\n\r\n"), "400"},
      {Chunked("0\r\nX\r\n\r\n"), "400"},
      {Chunked("0\r\nX: \x01\r\n\r\n"), "400"},
      {Chunked("0\r\nX: " + std::string(5000, 'x') + "\r\n\r\n"), "431"},
  });
}

TEST(RequestFramer, FramesPipelinedRequestsEachForItself) {
  ExpectAll({
      {Get("") + Get(""), "GET /; GET /"},
      {Post("Content-Length: 5\r\n", "hello") + Get(""), "POST /p hello; GET /"},
      {Chunked("5\r\nhello\r\n0\r\n\r\n") + Get(""), "POST /p hello; GET /"},
      {Get("") + "\r\n" + Get(""), "GET /; GET /"},
      {Get("") + "\r\n\r\n" + Get(""), "GET /; 400"},
      {Get("") + "X\r\n", "GET /; 400"},
      {Get("Content-Length: 27\r\n") + Get("") + Get(""), "GET / " + Get("") + "; GET /"},
  });
}

TEST(RequestFramer, HoldsNothingBetweenRequests) {
  RequestFramer framer(kLimits);
  EXPECT_FALSE(framer.started());
  framer.Feed(Get(""));
  EXPECT_TRUE(framer.started());
  framer.AcceptBody(kBodyLimit);
  const auto record = framer.Take();
  EXPECT_NE(record, nullptr);
  EXPECT_FALSE(framer.started());
}

}  // namespace
}  // namespace inkwell::gateway

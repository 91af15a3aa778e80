// Limits, methods, and what becomes of the connection (RFC 9110 sections 9, 10.1.1 and 15.5; RFC 9112 section 9).
#include "tests/integration/edge/raw_case.h"

namespace inkwell::gateway {
namespace {

// EdgeOptions' limits, which the gateway does not change.
constexpr std::size_t kRequestLine = 8192;
constexpr std::size_t kHead = 16384;
constexpr std::size_t kFields = 100;

const std::string kBody(kRawBody);
const std::string kExpect = "Content-Length: 13\r\nExpect: 100-continue\r\n";

std::string Padded(std::size_t size) { return kBody + std::string(size - kBody.size(), ' '); }

std::string Hex(std::size_t number) {
  std::string digits;
  for (; number > 0; number /= 16) digits.insert(digits.begin(), "0123456789abcdef"[number % 16]);
  return digits;
}

std::string OneChunk(const std::string& body) {
  std::string text = Hex(body.size()) + "\r\n";
  text += body;
  return text + "\r\n0\r\n\r\n";
}

}  // namespace

std::vector<RawCase> LimitCases(const RawTarget& target) {
  RawCaseList list("limits", target);
  const auto line_of = [](std::size_t size) {
    return RawCaseList::Line("GET /" + std::string(size - std::string_view("GET / HTTP/1.1").size(), 'a') + " HTTP/1.1");
  };
  const auto head_of = [](std::size_t size) {
    return RawCaseList::Get("X: " + std::string(size - RawCaseList::Get("X: \r\n").size(), 'x') + "\r\n");
  };
  const auto fields_of = [](std::size_t count) {
    std::string fields;
    for (std::size_t i = 1; i < count; ++i) fields += "X: y\r\n";  // the first one is Host
    return RawCaseList::Get(fields);
  };
  list.Kept("the longest request line", line_of(kRequestLine), "404");
  list.Closed("a longer one", line_of(kRequestLine + 1), "414");
  list.Closed("one that never ends", "GET /" + std::string(kRequestLine, 'a'), "414");
  list.Closed("a method that never ends", std::string(kRequestLine + 3, 'A'), "400|414|501");
  list.Closed("a query that never ends", "GET /livez?" + std::string(kRequestLine, 'a'), "414");
  list.Kept("a path beyond all routes", line_of(2000), "404|414");
  list.Kept("a long query", RawCaseList::Line("GET /livez?x=" + std::string(7000, 'a') + " HTTP/1.1"), "200");
  const auto query_of = [](std::size_t size) {
    return RawCaseList::Line("GET /livez?" + std::string(size - std::string_view("GET /livez? HTTP/1.1").size(), '?') +
                             " HTTP/1.1");
  };
  for (const std::size_t size : {kRequestLine - 1, kRequestLine})
    list.Kept("question marks in a line of " + std::to_string(size), query_of(size), "200");
  list.Kept("the largest head", head_of(kHead), "200");
  list.Closed("a larger one", head_of(kHead + 1), "431");
  list.Closed("a name that never ends", "GET /livez HTTP/1.1\r\n" + std::string(kHead, 'X'), "431");
  list.Closed("a value that never ends", "GET /livez HTTP/1.1\r\nX: " + std::string(kHead, 'x'), "431");
  list.Kept("as many fields as may be", fields_of(kFields), "200");
  list.Closed("one more", fields_of(kFields + 1), "431");
  list.Closed("a thousand short ones", fields_of(1000), "431");

  const std::size_t limit = target.body_limit;
  const auto length = [](std::size_t size) { return "Content-Length: " + std::to_string(size) + "\r\n"; };
  list.Kept("the largest body", list.Post(length(limit), Padded(limit)), "ok");
  list.Closed("a larger one", list.Post(length(limit + 1), Padded(limit + 1)), "413");
  list.Closed("a larger one that does not come", list.Post(length(limit + 1), ""), "413");
  list.Closed("an absurd one", list.Post(length(999'999'999'999'999'999), ""), "413");
  list.Kept("the largest body in a chunk", list.Chunked(OneChunk(Padded(limit))), "ok");
  list.Closed("a larger one in a chunk", list.Chunked(OneChunk(Padded(limit + 1))), "413");
  list.Closed("a chunk that does not come", list.Chunked(Hex(limit + 1) + "\r\n"), "413");
  list.Closed("one byte too many, in a chunk of its own",
              list.Chunked(Hex(limit) + "\r\n" + Padded(limit) + "\r\n1\r\n \r\n0\r\n\r\n"), "413");
  std::string bytewise;
  for (const char c : kBody) bytewise += std::string("1\r\n") + c + "\r\n";
  list.Kept("a chunk for each byte", list.Chunked(bytewise + "0\r\n\r\n"), "ok");
  list.Closed("an extension that never ends", list.Chunked("D;" + std::string(20'000, 'a')), "400|413|431");
  list.Closed("a quoted extension that never ends", list.Chunked("D;a=\"" + std::string(20'000, 'a')), "400|413|431");
  list.Closed("zeros that never end", list.Chunked(std::string(1000, '0')), "400|413");
  list.Closed("a trailer that never ends", list.Chunked("0\r\nX: " + std::string(20'000, 'x')), "400|431");
  std::string trailers;
  for (int i = 0; i < 2000; ++i) trailers += "X: y\r\n";
  list.Closed("two thousand trailers", list.Chunked("0\r\n" + trailers + "\r\n"), "400|431");
  std::string extended;
  for (const char c : kBody) extended += "1;" + std::string(1000, 'e') + "\r\n" + c + "\r\n";
  list.Closed("extensions larger than the body", list.Chunked(extended + "0\r\n\r\n"), "400|413|431");
  return std::move(list).Take();
}

std::vector<RawCase> MethodCases(const RawTarget& target) {
  RawCaseList list("methods", target);
  const auto with = [](const std::string& method, const std::string& path) {
    return RawCaseList::Line(method + " " + path + " HTTP/1.1");
  };
  for (const char* method : {"FOO", "get", "Get", "GETT", "GE", "PROPFIND", "BREW", "TRACE", "CONNECT", "!#$%&'*+-.^_`|~"}) {
    list.Closed(method, with(method, "/livez"), "501|405");
  }
  list.Closed("CONNECT with an authority", RawCaseList::Line("CONNECT inkwell.test:443 HTTP/1.1"), "501|405|400");
  list.Closed("TRACE with fields that it would show", RawCaseList::Line("TRACE / HTTP/1.1", "Cookie: secret\r\n"), "501|405");
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) list.Kept(method, with(method, "/livez"), "405");
  for (const char* method : {"PUT", "DELETE"})
    list.Kept(std::string(method) + " to the target", with(method, target.path), "405");
  list.Kept("a body that nobody wants", RawCaseList::Line("PUT /livez HTTP/1.1", "Content-Length: 13\r\n") + kBody, "405");
  list.Closed("a chunked body that nobody wants",
              RawCaseList::Line("PUT /livez HTTP/1.1", "Transfer-Encoding: chunked\r\n") + OneChunk(kBody), "405");
  list.Kept("DELETE with a body", RawCaseList::Line("DELETE /livez HTTP/1.1", "Content-Length: 13\r\n") + kBody, "405");
  list.Kept("OPTIONS", with("OPTIONS", "/livez"), "204");
  list.Kept("OPTIONS of the server", with("OPTIONS", "*"), "204");
  list.Kept("OPTIONS of nothing", with("OPTIONS", "/nothing/here"), "404");
  list.Kept("OPTIONS with a body", RawCaseList::Line("OPTIONS /livez HTTP/1.1", "Content-Length: 13\r\n") + kBody, "204");
  list.Kept("nothing there", with("GET", "/nothing/here"), "404");
  list.Kept("nothing there, with a body", RawCaseList::Line("POST /nothing/here HTTP/1.1", "Content-Length: 13\r\n") + kBody,
            "404");
  list.Kept("POST without a length has no body", list.Post("", "") + RawCaseList::Get(), "200|400|401|411|415|422 200");

  list.Kept("HEAD", with("HEAD", "/livez"), "h200");
  list.Kept("HEAD of nothing", with("HEAD", "/nothing/here"), "h404");
  list.Kept("HEAD, then GET", with("HEAD", "/livez") + RawCaseList::Get(), "h200 200");
  list.Kept("HEAD of what takes POST", with("HEAD", target.path), target.path == "/api/posts" ? "h200|401" : "h405");
  list.Kept("HEAD with a body", RawCaseList::Line("HEAD /livez HTTP/1.1", "Content-Length: 13\r\n") + kBody, "h200");
  list.Closed("HEAD without Host", "HEAD /livez HTTP/1.1\r\n\r\n", "h400");
  list.Closed("HEAD with a bad field", RawCaseList::Line("HEAD /livez HTTP/1.1", "X : y\r\n"), "h400");
  list.Closed("HEAD with a bad target", RawCaseList::Line("HEAD /%zz HTTP/1.1"), "h400");
  const std::string long_path(kRequestLine, 'a');
  list.Closed("HEAD with a line that is too long", RawCaseList::Line("HEAD /" + long_path + " HTTP/1.1"), "h414");
  list.Closed("HEAD with a line that never ends", "HEAD /" + long_path, "h414");
  list.Closed("HEAD with doubtful framing", RawCaseList::Line("HEAD /livez HTTP/1.1", "Content-Length: 1, 1\r\n"), "h400");
  return std::move(list).Take();
}

std::vector<RawCase> ConnectionCases(const RawTarget& target) {
  RawCaseList list("connection", target);
  const std::string get = RawCaseList::Get();
  const std::string broken = "BROKEN\r\n\r\n";
  list.Kept("a good request", get, "200");
  list.Kept("a good body", list.Whole(), "ok");
  list.Kept("a good chunked body", list.Chunked(OneChunk(kBody)), "ok");
  for (const char* field :
       {"close", "Close", "CLOSE", "close, x", "x, close", "keep-alive, close", "close, keep-alive", ",close", "x,close,"}) {
    list.Closed("Connection: " + std::string(field), RawCaseList::Get("Connection: " + std::string(field) + "\r\n"), "200");
  }
  list.Closed("close in a second field", RawCaseList::Get("Connection: keep-alive\r\nConnection: close\r\n"), "200");
  for (const char* field :
       {"keep-alive", "Keep-Alive, x", "x", "closed", "x-close", "Host", "Content-Length, Transfer-Encoding", ""}) {
    list.Kept("Connection: " + std::string(field), RawCaseList::Get("Connection: " + std::string(field) + "\r\n"), "200");
  }
  list.Kept("Connection cannot take the length away", list.Post("Content-Length: 13\r\nConnection: Content-Length\r\n", kBody),
            "ok");
  list.Closed("nothing is read after close", RawCaseList::Get("Connection: close\r\n") + get, "200");
  list.Closed("close on an error", RawCaseList::Line("GET /nothing/here HTTP/1.1", "Connection: close\r\n"), "404");

  const auto old = [](const std::string& fields) { return "GET /livez HTTP/1.0\r\n" + fields + "\r\n"; };
  list.Closed("HTTP/1.0", old(""), "200");
  list.Closed("HTTP/1.0 close", old("Connection: close\r\n"), "200");
  list.Closed("HTTP/1.0 keep-alive and close", old("Connection: keep-alive, close\r\n"), "200");
  list.Kept("HTTP/1.0 keep-alive", old("Connection: keep-alive\r\n"), "200");
  list.Kept("HTTP/1.0 Keep-Alive", old("Connection: Keep-Alive\r\n"), "200");
  list.Closed("HTTP/1.0 with one more request", old("") + get, "200");
  list.Closed("HTTP/1.0 HEAD", "HEAD /livez HTTP/1.0\r\n\r\n", "h200");
  list.Closed("HTTP/1.0 with a body",
              "POST " + target.path + " HTTP/1.0\r\nHost: a\r\n" + target.fields + "Content-Length: 13\r\n\r\n" + kBody, "ok");
  list.Closed("HTTP/1.0 of nothing", "GET /nothing/here HTTP/1.0\r\n\r\n", "404");
  list.Closed("HTTP/1.0 takes no 100",
              "POST " + target.path + " HTTP/1.0\r\nHost: a\r\n" + target.fields + kExpect + "\r\n" + kBody, "ok");

  std::string many;
  std::string answers;
  for (int i = 0; i < 100; ++i) many += get;
  for (int i = 0; i < 100; ++i) answers += "200 ";
  list.Kept("a hundred at once", many, answers);
  list.Kept("bodies of both kinds at once", list.Whole() + list.Chunked(OneChunk(kBody)) + get + list.Whole(), "ok ok 200 ok");
  list.Kept("errors that end nothing, in between", get + RawCaseList::Line("GET /nothing/here HTTP/1.1") + get, "200 404 200");
  list.Kept("methods that are not served, in between", get + RawCaseList::Line("PUT /livez HTTP/1.1") + get, "200 405 200");
  list.Closed("a broken one in between", get + broken + get, "200 400");
  list.Closed("a broken body in between", get + list.Chunked("X\r\n") + get, "200 400");
  list.Closed("a broken one at the end", many + broken, answers + "400");
  list.Closed("an unknown method in between", get + RawCaseList::Line("FOO / HTTP/1.1") + get, "200 501");
  list.Closed("an old version in between", get + RawCaseList::Line("GET / HTTP/2.0") + get, "200 505");
  list.Closed("one without Host in between", get + "GET /livez HTTP/1.1\r\n\r\n" + get, "200 400");
  list.Closed("close in between", get + RawCaseList::Get("Connection: close\r\n") + get, "200 200");
  list.Closed("CR LF after a body is an empty line, and two are not", list.Whole() + "\r\n\r\n" + get, "ok 400");
  list.Kept("CR LF after a body", list.Whole() + "\r\n" + get, "ok 200");
  list.Closed("a body longer than its length", list.Post("Content-Length: 12\r\n", kBody), "400|ok 400");
  list.HalfClosed("no more requests", get, "200");
  list.HalfClosed("no more bodies", list.Whole() + list.Whole(), "ok ok");
  list.HalfClosed("nothing at all", "", "");
  list.HalfClosed("an empty line and nothing else", "\r\n", "");
  list.HalfClosed("a body that is cut", list.Post("Content-Length: 14\r\n", kBody), "400");

  list.Kept("Expect with its body", list.Post(kExpect, kBody), "ok");
  list.Kept("Expect, in another case", list.Post("Content-Length: 13\r\neXPECT: 100-CONTINUE\r\n", kBody), "ok");
  list.Kept("Expect twice", list.Post(kExpect + "Expect: 100-continue\r\n", kBody), "ok");
  list.Kept("Expect without a body", RawCaseList::Get("Expect: 100-continue\r\n"), "200");
  list.Kept("Expect of an empty body", list.Post("Content-Length: 0\r\nExpect: 100-continue\r\n", ""), "200|400|401|415|422");
  for (const char* expectation :
       {"200-ok", "100-continue2", "100", "tea", "100-continue, tea", "100-continue;q=1", "\"100-continue\""}) {
    list.Closed("Expect: " + std::string(expectation),
                list.Post("Content-Length: 13\r\nExpect: " + std::string(expectation) + "\r\n", kBody), "417");
  }
  list.Closed("Expect of a body that is too large",
              list.Post("Content-Length: " + std::to_string(target.body_limit + 1) + "\r\nExpect: 100-continue\r\n", ""), "413");
  list.Closed("Expect where nothing is", RawCaseList::Line("POST /nothing/here HTTP/1.1", kExpect), "404");
  list.Closed("Expect where POST is not taken", RawCaseList::Line("POST /livez HTTP/1.1", kExpect), "405");
  list.Closed("Expect with doubtful framing", list.Post(kExpect + "Transfer-Encoding: chunked\r\n", ""), "400");
  list.HalfClosed("Expect, and then nothing", list.Post(kExpect, ""), "100 400");
  return std::move(list).Take();
}

}  // namespace inkwell::gateway

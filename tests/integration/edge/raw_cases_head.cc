// The head of a request: request line, target, Host, fields (RFC 9112 sections 2, 3 and 5; RFC 9110 sections 5 and 7.2).
#include "tests/integration/edge/raw_case.h"

namespace inkwell::gateway {

using namespace std::string_literals;

std::vector<RawCase> RequestLineCases(const RawTarget& target) {
  RawCaseList list("request line", target);
  const auto line = [](const std::string& text) { return RawCaseList::Line(text); };
  list.Kept("one empty line before it", "\r\n" + RawCaseList::Get(), "200");
  list.Kept("empty lines between requests", RawCaseList::Get() + "\r\n" + RawCaseList::Get(), "200 200");
  list.Closed("bare LF before it", "\n" + RawCaseList::Get(), "400");
  list.Closed("bare CR before it", "\r" + RawCaseList::Get(), "400");
  for (const char* text : {" GET /livez HTTP/1.1",
                           "\tGET /livez HTTP/1.1",
                           "GET  /livez HTTP/1.1",
                           "GET /livez  HTTP/1.1",
                           "GET /livez HTTP/1.1 ",
                           "GET\t/livez\tHTTP/1.1",
                           "GET /livez\tHTTP/1.1",
                           "GET /livez",
                           "GET",
                           "/livez",
                           "GET /livez HTTP/1.1 x",
                           "GET /li vez HTTP/1.1",
                           "GET /livez HTTP",
                           "GET /livez HTTP/",
                           "GET /livez HTTP/1",
                           "GET /livez HTTP/1.",
                           "GET /livez HTTP/.1",
                           "GET /livez HTTP/1.10",
                           "GET /livez HTTP/01.1",
                           "GET /livez HTTP/1,1",
                           "GET /livez http/1.1",
                           "GET /livez Http/1.1",
                           "GET /livez HTTP 1.1",
                           "GET /livez HTTP/-1.1",
                           "GET /livez HTTP/1.1a",
                           "GET /livez HTTPS/1.1",
                           "GET /livez ICY/1.1",
                           "GET /livez HTTP\\1.1",
                           "G(T /livez HTTP/1.1",
                           "G\"T /livez HTTP/1.1",
                           "GET: /livez HTTP/1.1",
                           "G\xc3\x84T /livez HTTP/1.1",
                           "GET /livez\x0bHTTP/1.1",
                           "GET /livez\xc2\xa0HTTP/1.1",
                           "GET /\x01 HTTP/1.1",
                           "GET /\x7f HTTP/1.1",
                           "GET /\xc3\xa4 HTTP/1.1",
                           "GET /livez#fragment HTTP/1.1",
                           "GET # HTTP/1.1",
                           "GET livez HTTP/1.1",
                           "GET inkwell.test/livez HTTP/1.1",
                           "GET ?x HTTP/1.1",
                           "GET * HTTP/1.1",
                           "POST * HTTP/1.1",
                           "GET \\livez HTTP/1.1",
                           "GET /livez\rHTTP/1.1"}) {
    list.Closed(text, line(text), "400");
  }
  list.Closed("NUL in the method", line("G\0T /livez HTTP/1.1"s), "400");
  list.Closed("NUL in the target", line("GET /\0 HTTP/1.1"s), "400");
  list.Closed("bare LF after it", "GET /livez HTTP/1.1\nHost: inkwell.test\r\n\r\n", "400");
  list.Closed("bare CR after it", "GET /livez HTTP/1.1\rHost: inkwell.test\r\n\r\n", "400");
  list.Closed("CR CR LF after it", "GET /livez HTTP/1.1\r\r\nHost: inkwell.test\r\n\r\n", "400");
  list.Closed("a TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, "400");
  list.Closed("an SSH greeting", "SSH-2.0-OpenSSH_9.2\r\n", "400");
  list.Closed("HTTP/0.9", "GET /livez\r\n", "400");
  list.Closed("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400|505");
  for (const char* version : {"0.9", "0.0", "2.0", "2.1", "3.0", "3.7", "9.9"}) {
    list.Closed("version " + std::string(version), line("GET /livez HTTP/" + std::string(version)), "505");
  }
  // A higher minor version is served as HTTP/1.1 (RFC 9110 section 6.2).
  for (const char* version : {"1.2", "1.9"}) list.Kept(version, line("GET /livez HTTP/" + std::string(version)), "200");

  for (const char* path : {"/%", "/%2", "/%zz", "/%g0", "/%0g", "/%u0041", "/%%41", "/a%", "/%00", "/livez%00", "/%-1"}) {
    list.Closed("path " + std::string(path), line("GET " + std::string(path) + " HTTP/1.1"), "400");
  }
  list.Kept("encoded letters are letters", line("GET /%6Civez HTTP/1.1"), "200");
  list.Kept("encoded letters, the other case", line("GET /%6civez HTTP/1.1"), "200");
  for (const char* path : {"/%2flivez",   "/livez%2f",         "/livez%2F..", "//livez", "/livez/",    "/./livez",
                           "/x/../livez", "/%2e%2e/livez",     "/livez;x",    "/LIVEZ",  "/%c0%afetc", "/%e0%80%af",
                           "/%ff",        "/%0d%0aX",          "/livez%20",   "/%252e",  "/livez%3Fx", "/..%2f..%2fetc%2fpasswd",
                           "/livez%5c",   "/~!$&'()*+,;=:@-._"}) {
    list.Kept("path " + std::string(path), line("GET " + std::string(path) + " HTTP/1.1"), "404");
  }
  for (const char* query : {"?", "?x", "?x=1&y=2", "?x=%41", "?/?:@", "?a=b?c", "?x[]=1"}) {
    list.Kept("query " + std::string(query), line("GET /livez" + std::string(query) + " HTTP/1.1"), "200");
  }

  const auto absolute = [&](const std::string& uri) { return line("GET " + uri + " HTTP/1.1"); };
  for (const char* uri : {"http://inkwell.test/livez", "HTTP://INKWELL.TEST/livez", "https://inkwell.test/livez",
                          "http://inkwell.test:80/livez", "http://[::1]/livez", "http://127.0.0.1:3000/livez?x"}) {
    list.Kept("absolute form " + std::string(uri), absolute(uri), "200");
  }
  // Host is to be ignored then (RFC 9112 section 3.2.2).
  list.Kept("absolute form of another host", absolute("http://other.test/livez"), "200");
  list.Kept("absolute form without a path", absolute("http://inkwell.test?x"), "200|404");
  list.Kept("absolute form of nothing that is here", absolute("http://inkwell.test/nothing/here"), "404");
  for (const char* uri : {"http://", "http:///livez", "http://user@inkwell.test/livez", "http://user:pass@inkwell.test/livez",
                          "http://ink%zzwell.test/livez", "http://inkwell.test:x/livez", "http://[::1/livez", "http://a b/livez",
                          "http:/livez", "http:livez", "ftp://inkwell.test/livez", "file:///livez", "://inkwell.test/livez",
                          "http//inkwell.test/livez", "http://inkwell.test/livez#x", "http://inkwell.test/%zz"}) {
    list.Closed("absolute form " + std::string(uri), absolute(uri), "400");
  }
  list.Closed("absolute form and no Host", "GET http://inkwell.test/livez HTTP/1.1\r\n\r\n", "400");
  list.Closed("authority form for GET", line("GET inkwell.test:80 HTTP/1.1"), "400");
  list.HalfClosed("cut", "GET /livez HT", "400");
  return std::move(list).Take();
}

std::vector<RawCase> HostCases(const RawTarget& target) {
  RawCaseList list("Host", target);
  const auto get = [](const std::string& fields) { return "GET /livez HTTP/1.1\r\n" + fields + "\r\n"; };
  list.Closed("missing", get(""), "400");
  list.Closed("missing, other fields there", get("X-Host: inkwell.test\r\n"), "400");
  list.Closed("twice, equal", get("Host: a\r\nHost: a\r\n"), "400");
  list.Closed("twice, different", get("Host: a\r\nhOST: b\r\n"), "400");
  for (const char* host : {"",
                           " ",
                           ",",
                           "a, b",
                           "a,b",
                           "a b",
                           "a\tb",
                           "a/b",
                           "a?b",
                           "a#b",
                           "a@b",
                           "user@a",
                           "user:pass@a:80",
                           "http://a",
                           "a\\b",
                           "a\"b",
                           "<a>",
                           "a^b",
                           "{a}",
                           "a|b",
                           "a`b",
                           ":80",
                           "a:b",
                           "a:-1",
                           "a:80:80",
                           "a:0x50",
                           "a: 80",
                           "[::1",
                           "::1",
                           "[]",
                           "[::1]x",
                           "[::1]:x",
                           "[g::1]",
                           "[1]",
                           "[:::::::::]",
                           "[::1%25eth0]",
                           "a%",
                           "a%zz",
                           "a%4",
                           "\xc3\xa4.test",
                           "a\x7f",
                           "a\x01"}) {
    list.Closed(host, get("Host: " + std::string(host) + "\r\n"), "400");
  }
  list.Closed("with NUL", get("Host: a\0b\r\n"s), "400");
  list.Closed("with a space before the colon", get("Host : a\r\n"), "400");
  list.Closed("on a folded line", get("Host:\r\n a\r\n"), "400");
  for (const char* host : {"a", "A.TEST", "a:80", "a:", "127.0.0.1", "127.0.0.1:3000", "[::1]", "[::1]:3000",
                           "[::ffff:127.0.0.1]", "a_b", "a-b.test", "xn--a.test", "a%20b", "a.", "1"}) {
    list.Kept(host, get("Host: " + std::string(host) + "\r\n"), "200");
  }
  list.Kept("in another case, without whitespace", get("hOsT:inkwell.test\r\n"), "200");
  list.Kept("last", get("X: y\r\nHost: inkwell.test\r\n"), "200");
  list.Closed("missing in HTTP/1.0", "GET /livez HTTP/1.0\r\n\r\n", "200");
  list.Closed("twice in HTTP/1.0", "GET /livez HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", "400");
  list.Closed("bad in HTTP/1.0", "GET /livez HTTP/1.0\r\nHost: a/b\r\n\r\n", "400");
  return std::move(list).Take();
}

std::vector<RawCase> FieldCases(const RawTarget& target) {
  RawCaseList list("fields", target);
  for (const char* field : {"X:",
                            "X: ",
                            "X: \t ",
                            "X:y",
                            "X: a\tb",
                            "X: \xc3\xa4\xff",
                            "x_y: 1",
                            "!#$%&'*+-.^_`|~9aZ: 1",
                            "1: 2",
                            "X: \"quoted, \\\" text\"",
                            "X: :",
                            "Cookie: a=1\r\nCookie: b=2",
                            "Accept: */*\r\nAccept: text/html",
                            "Range: bytes=0-0,0-0,0-0",
                            "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk",
                            "Upgrade: websocket\r\nConnection: Upgrade",
                            "X: %0d%0aSet-Cookie: a=b",
                            "Referer: http://x/%zz",
                            "Accept-Encoding: gzip, br",
                            "If-None-Match: *",
                            "X-Request-Id: a b",
                            "REMOTE_ADDR: 1.2.3.4",
                            "X-HTTP-Method-Override: DELETE",
                            "Max-Forwards: 0",
                            "Trailer: X",
                            "Keep-Alive: timeout=5",
                            "Content-Type: text/plain"}) {
    list.Kept(field, RawCaseList::Get(std::string(field) + "\r\n"), "200");
  }
  for (const char* field : {"X",
                            "X y",
                            ": y",
                            " X: y",
                            "\tX: y",
                            "X : y",
                            "X\t: y",
                            "X y: z",
                            "X(: y",
                            "X): y",
                            "X/: y",
                            "X@: y",
                            "X[: y",
                            "X=: y",
                            "X{: y",
                            "X\": y",
                            "X,: y",
                            "X;: y",
                            "\xc3\xa4: y",
                            "X\x7f: y",
                            "X\x01: y",
                            "X: \x01",
                            "X: \x07",
                            "X: \x7f",
                            "X: a\rb",
                            "X: a\r",
                            "X: a\x0b",
                            "X: y\r\n folded",
                            "X: y\r\n\tfolded",
                            "X: y\r\n ",
                            "X: y\n Y: z",
                            "X: a\nY: b",
                            "X\r\n: y"}) {
    list.Closed(field, RawCaseList::Get(std::string(field) + "\r\n"), "400");
  }
  list.Closed("NUL in a name", RawCaseList::Get("X\0: y\r\n"s), "400");
  list.Closed("NUL in a value", RawCaseList::Get("X: \0\r\n"s), "400");
  list.Closed("a first line that is folded", "GET /livez HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n", "400");
  list.Closed("LF ends the head", "GET /livez HTTP/1.1\r\nHost: a\r\n\n", "400");
  list.Closed("LF everywhere", "GET /livez HTTP/1.1\nHost: a\n\n", "400");
  list.Closed("CR ends the head", "GET /livez HTTP/1.1\r\nHost: a\r\n\rX\r\n\r\n", "400");
  for (const char* field :
       {"Authorization: Bearer a\r\nAuthorization: Bearer b", "Content-Type: text/plain\r\nContent-Type: text/html",
        "Origin: http://a\r\nOrigin: http://b", "Idempotency-Key: a\r\nIdempotency-Key: b"}) {
    list.Closed(field, RawCaseList::Get(std::string(field) + "\r\n"), "400");
  }
  list.HalfClosed("cut in a name", "GET /livez HTTP/1.1\r\nHo", "400");
  list.HalfClosed("cut in a value", "GET /livez HTTP/1.1\r\nHost: a", "400");
  list.HalfClosed("cut before the empty line", "GET /livez HTTP/1.1\r\nHost: a\r\n", "400");
  list.HalfClosed("cut within the empty line", "GET /livez HTTP/1.1\r\nHost: a\r\n\r", "400");
  return std::move(list).Take();
}

}  // namespace inkwell::gateway

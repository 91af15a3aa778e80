// Where a body ends: request smuggling, and the chunked coding (RFC 9112 sections 6, 7 and 11.2).
#include "tests/integration/edge/raw_case.h"

namespace inkwell::gateway {

using namespace std::string_literals;

namespace {

const std::string kBody(kRawBody);
const std::string kLength = "Content-Length: 13\r\n";
const std::string kChunkedField = "Transfer-Encoding: chunked\r\n";
const std::string kOneChunk = "D\r\n" + kBody + "\r\n0\r\n\r\n";

}  // namespace

std::vector<RawCase> SmugglingCases(const RawTarget& target) {
  RawCaseList list("smuggling", target);
  const std::string hidden = "0\r\n\r\n" + RawCaseList::Get();
  list.Closed("CL.TE", list.Post("Content-Length: 6\r\n" + kChunkedField, hidden), "400");
  list.Closed("TE.CL", list.Post(kChunkedField + "Content-Length: 6\r\n", hidden), "400");
  list.Closed("CL.TE with equal ends", list.Post(kLength + kChunkedField, kOneChunk), "400");
  list.Closed("CL 0 and TE", list.Post("Content-Length: 0\r\n" + kChunkedField, kOneChunk), "400");
  for (const std::string& lengths : {kLength + kLength, kLength + "Content-Length: 0\r\n", "Content-Length: 0\r\n" + kLength,
                                     kLength + "content-length: 13\r\n", kLength + "Content-Length: 14\r\n"}) {
    list.Closed("CL twice " + lengths, list.Post(lengths, kBody + RawCaseList::Get()), "400");
  }
  for (const char* value : {"13, 13",
                            "13,14",
                            "13,",
                            ",13",
                            "13 13",
                            "1 3",
                            "+13",
                            "-13",
                            "-1",
                            "0xD",
                            "0x0D",
                            "13.0",
                            "1e1",
                            "13;",
                            "13abc",
                            "\"13\"",
                            "",
                            "thirteen",
                            "D",
                            "\x0b"
                            "13",
                            "13\x0c",
                            "\xd9\xa1\xd9\xa3",
                            "1_3",
                            "18446744073709551629",
                            "4294967309999999999999",
                            "99999999999999999999999999999999999"}) {
    list.Closed("CL " + std::string(value), list.Post("Content-Length: " + std::string(value) + "\r\n", kBody), "400|413");
  }
  list.Closed("CL with NUL", list.Post("Content-Length: 13\0\r\n"s, kBody), "400");
  list.Closed("CL with a space before the colon", list.Post("Content-Length : 13\r\n", kBody), "400");
  list.Closed("CL on a folded line", list.Post("Content-Length:\r\n 13\r\n", kBody), "400");
  list.Kept("CL with leading zeros", list.Post("Content-Length: 0013\r\n", kBody), "ok");
  list.Kept("CL with whitespace around", list.Post("Content-Length: \t13 \t\r\n", kBody), "ok");
  list.Kept("CL without whitespace", list.Post("content-LENGTH:13\r\n", kBody), "ok");
  list.Kept("CL counts bytes and not requests", list.Post(kLength, kBody) + RawCaseList::Get(), "ok 200");
  list.Kept("a request as the body of GET",
            RawCaseList::Get("Content-Length: " + std::to_string(RawCaseList::Get().size()) + "\r\n") + RawCaseList::Get(),
            "200");
  list.Kept("fields that only look like framing",
            list.Post(kLength + "Content_Length: 0\r\nX-Transfer-Encoding: chunked\r\n", kBody), "ok");
  list.Kept("underscores are no hyphens", list.Post(kLength + "Transfer_Encoding: chunked\r\n", kBody), "ok");

  for (const char* value : {"identity",
                            "xchunked",
                            "chunkedx",
                            "x chunked",
                            "chunked identity",
                            "chunked, identity",
                            "chunked,gzip",
                            "chunked, chunked",
                            "chunked,chunked",
                            "\"chunked\"",
                            "'chunked'",
                            "chunked;q=1",
                            "chunked;",
                            "",
                            "\x0b"
                            "chunked",
                            "chunked\x0b",
                            "chun ked",
                            "ch\xc3\xbcnked",
                            "gzip",
                            "deflate",
                            "cow",
                            "[chunked]"}) {
    list.Closed("TE " + std::string(value), list.Post("Transfer-Encoding: " + std::string(value) + "\r\n", kOneChunk), "400|501");
  }
  for (const char* value : {"gzip, chunked", "gzip,chunked", "deflate, chunked", "identity, chunked", "cow, chunked"}) {
    list.Closed("TE " + std::string(value), list.Post("Transfer-Encoding: " + std::string(value) + "\r\n", kOneChunk), "501|400");
  }
  list.Closed("TE twice", list.Post(kChunkedField + kChunkedField, kOneChunk), "400");
  list.Closed("TE chunked and identity", list.Post(kChunkedField + "Transfer-Encoding: identity\r\n", kOneChunk), "400");
  list.Closed("TE identity and chunked", list.Post("Transfer-Encoding: identity\r\n" + kChunkedField, kOneChunk), "400");
  list.Closed("TE with NUL", list.Post("Transfer-Encoding: chunked\0\r\n"s, kOneChunk), "400");
  list.Closed("TE with a space before the colon", list.Post("Transfer-Encoding : chunked\r\n", kOneChunk), "400");
  list.Closed("TE with a tab before the colon", list.Post("Transfer-Encoding\t: chunked\r\n", kOneChunk), "400");
  list.Closed("TE after a space", list.Post(" Transfer-Encoding: chunked\r\n", kOneChunk), "400");
  list.Closed("TE on a folded line", list.Post("Transfer-Encoding:\r\n chunked\r\n", kOneChunk), "400");
  list.Closed("TE behind a bare CR", list.Post("X: a\rTransfer-Encoding: chunked\r\n", kOneChunk), "400");
  list.Closed("TE behind a bare LF", list.Post("X: a\nTransfer-Encoding: chunked\r\n", kOneChunk), "400");
  list.Closed("TE in HTTP/1.0", RawCaseList::Line("POST " + target.path + " HTTP/1.0", target.fields + kChunkedField) + kOneChunk,
              "400");
  list.Closed("TE and CL in HTTP/1.0",
              RawCaseList::Line("POST " + target.path + " HTTP/1.0", target.fields + kLength + kChunkedField) + kOneChunk, "400");
  list.Kept("TE in another case", list.Post("tRANSFER-eNCODING: ChUnKeD\r\n", kOneChunk), "ok");
  list.Kept("TE with whitespace around", list.Post("Transfer-Encoding: \t chunked \t\r\n", kOneChunk), "ok");
  list.Kept("TE on GET", RawCaseList::Get(kChunkedField) + kOneChunk, "200");
  list.Kept("CL on GET", RawCaseList::Get(kLength) + kBody, "200");
  list.Kept("the TE field is another one", list.Post(kLength + "TE: chunked, trailers\r\n", kBody), "ok");
  return std::move(list).Take();
}

std::vector<RawCase> ChunkCases(const RawTarget& target) {
  RawCaseList list("chunks", target);
  const std::string end = "0\r\n\r\n";
  const auto sized = [&](const std::string& size) { return list.Chunked(size + "\r\n" + kBody + "\r\n" + end); };
  for (const char* size : {"D", "d", "0D", "000D", "000000000000000D"}) list.Kept("size " + std::string(size), sized(size), "ok");
  for (const char* size : {"",
                           " D",
                           "\tD",
                           "D ",
                           "D\t",
                           "+D",
                           "-D",
                           "0xD",
                           "0XD",
                           "\\xD",
                           "D.",
                           "D,",
                           "Dg",
                           "g",
                           "D\xc2\xa0",
                           "13h",
                           "_D",
                           "D\x0b",
                           "FFFFFFFFFFFFFFFFD",
                           "1000000000000000D",
                           "0000000000000000000000D"}) {
    list.Closed("size " + std::string(size), sized(size), "400|413");
  }
  list.Closed("size with NUL", sized("D\0"s), "400");
  list.Closed("a size that overflows into a negative one", sized("FFFFFFFFFFFFFFF3"), "400|413");
  list.Closed("a size of all that fits", sized("FFFFFFFFFFFFFFFF"), "400|413");
  list.Closed("a size of 2^63", sized("8000000000000000"), "400|413");
  list.Closed("size and data on one line", list.Chunked("D " + kBody + "\r\n" + end), "400");
  list.Closed("LF after the size", list.Chunked("D\n" + kBody + "\r\n" + end), "400");
  list.Closed("CR after the size", list.Chunked("D\r" + kBody + "\r\n" + end), "400");
  list.Closed("CR CR LF after the size", list.Chunked("D\r\r\n" + kBody + "\r\n" + end), "400");
  list.Closed("LF after the data", list.Chunked("D\r\n" + kBody + "\n" + end), "400");
  list.Closed("CR after the data", list.Chunked("D\r\n" + kBody + "\r" + end), "400");
  list.Closed("nothing after the data", list.Chunked("D\r\n" + kBody + end), "400");
  list.Closed("more data than the size", list.Chunked("C\r\n" + kBody + "\r\n" + end), "400");
  list.Closed("less data than the size", list.Chunked("E\r\n" + kBody + "\r\n" + end), "400");
  list.Closed("an empty line before the size", list.Chunked("\r\n" + kOneChunk), "400");
  list.Closed("LF ends the last chunk", list.Chunked("D\r\n" + kBody + "\r\n0\n\r\n"), "400");
  list.Closed("LF ends the body", list.Chunked("D\r\n" + kBody + "\r\n0\r\n\n"), "400");
  list.Closed("CR X ends the body", list.Chunked("D\r\n" + kBody + "\r\n0\r\n\rX"), "400");
  list.HalfClosed("cut in the size", list.Chunked("D"), "400");
  list.HalfClosed("cut in the data", list.Chunked("D\r\n{\"tit"), "400");
  list.HalfClosed("cut before the last chunk", list.Chunked("D\r\n" + kBody + "\r\n"), "400");
  list.HalfClosed("cut before the end of the body", list.Chunked("D\r\n" + kBody + "\r\n0\r\n"), "400");
  list.Kept("several", list.Chunked("1\r\n{\r\n5\r\n\"titl\r\n7\r\ne\":\"x\"}\r\n0\r\n\r\n"), "ok");
  list.Kept("the last one with many zeros", list.Chunked("D\r\n" + kBody + "\r\n00000\r\n\r\n"), "ok");
  list.Kept("a request follows", list.Chunked(kOneChunk) + RawCaseList::Get(), "ok 200");
  list.Kept("a body that looks like the end", list.Chunked("12\r\n{\"title\":\"x\"}\r\n \r\n\r\n" + end), "ok");

  for (const char* extension :
       {";a", ";a=b", ";a=\"b\"", ";a;b=c", ";a=\"\"", ";a=\"\\\"\"", ";a=\"0\t;\"", ";!#$%&'*+-.^_`|~0aZ=1"}) {
    list.Kept("extension " + std::string(extension), sized("D" + std::string(extension)), "ok");
  }
  list.Kept("extension of the last one", list.Chunked("D\r\n" + kBody + "\r\n0;a=b\r\n\r\n"), "ok");
  for (const char* extension : {";", ";;a", ";=a", ";a=", ";a=\"b", ";a=\"b\"c", ";a b", ";a=b c", ";\x01", ";a=\x7f",
                                ";a=\"\x01\"", ";\xc3\xa4", ";a=(", ";a\n"}) {
    list.Closed("extension " + std::string(extension), sized("D" + std::string(extension)), "400");
  }
  // "Bad whitespace" may be taken or refused: it is where chunk parsers disagree.
  list.Closed("extension after whitespace", sized("D ;a"), "400");
  list.Closed("extension with whitespace inside", sized("D;a =b"), "400");
  list.Closed("a line end within a quoted extension", sized("D;a=\"\r\n\""), "400");
  list.Closed("LF hides a chunk in an extension", list.Chunked("D;a\n" + kBody + "\r\n" + end), "400");

  for (const char* trailer : {"X: y", "Checksum:", "X: \xc3\xa4", "X: a\r\nY: b"}) {
    list.Kept("trailer " + std::string(trailer), list.Chunked("D\r\n" + kBody + "\r\n0\r\n" + trailer + "\r\n\r\n"), "ok");
  }
  // Not to be generated (RFC 9110 section 6.5.1); here, trailers never become fields of the request, so each may be dropped.
  for (const char* trailer : {"Content-Length: 50", "Transfer-Encoding: chunked", "Host: evil.test", "Authorization: Bearer x",
                              "Content-Type: text/plain", "Cookie: __session=x", "Expect: 100-continue", "Connection: close"}) {
    list.Kept("forbidden trailer " + std::string(trailer),
              list.Chunked("D\r\n" + kBody + "\r\n0\r\n" + std::string(trailer) + "\r\n\r\n") + RawCaseList::Get(), "ok 200");
  }
  for (const char* trailer : {"X", "X : y", " X: y", ": y", "X: \x01", "X: a\rb", "X y: z", "GET /livez HTTP/1.1"}) {
    list.Closed("trailer " + std::string(trailer),
                list.Chunked("D\r\n" + kBody + "\r\n0\r\n" + std::string(trailer) + "\r\n\r\n"), "400");
  }
  list.Closed("trailer on a folded line", list.Chunked("D\r\n" + kBody + "\r\n0\r\nX: a\r\n b\r\n\r\n"), "400");
  list.Closed("trailer that ends in LF", list.Chunked("D\r\n" + kBody + "\r\n0\r\nX: a\n\r\n"), "400");
  list.Closed("trailer with NUL", list.Chunked("D\r\n" + kBody + "\r\n0\r\nX: \0\r\n\r\n"s), "400");
  return std::move(list).Take();
}

}  // namespace inkwell::gateway

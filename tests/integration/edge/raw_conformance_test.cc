// What the edge does with every byte sequence of the raw cases, without anything behind it.
#include <gtest/gtest.h>

#include "tests/integration/edge/edge_fixture.h"
#include "tests/integration/edge/raw_case.h"

namespace inkwell::gateway {
namespace {

RawTarget Target() { return {"/posts", "Content-Type: application/json\r\n", "200", kRawLimit}; }

class RawConformance : public EdgeTest {
 protected:
  RawConformance() {
    // A client that is busy elsewhere is not to be taken for a slow one.
    options_.head_timeout = std::chrono::seconds(60);
    options_.body_timeout = std::chrono::seconds(60);
    options_.idle_timeout = std::chrono::seconds(60);
    Start();
  }
};

TEST_F(RawConformance, AnswersEachCaseAsTheStandardSays) {
  const std::vector<RawCase> cases = AllRawCases(Target());
  EXPECT_GE(cases.size(), 500U);
  for (const RawCase& one : cases) {
    const std::string wrong = CheckRawCase(server_->port(), one, Target());
    EXPECT_EQ(wrong, "") << one.name << "\n" << testing::PrintToString(one.bytes.substr(0, 500));
  }
}

// Pieces of one byte, and cuts at each place of a request, must change nothing.
TEST_F(RawConformance, FragmentationMakesNoDifference) {
  const RawCaseList list("", Target());
  const std::string body(kRawBody);
  const std::string chunks = "4;a=\"\\\"\"\r\n{\"ti\r\n9\r\ntle\":\"x\"}\r\n0;b\r\nX: y\r\n\r\n";
  const std::vector<RawCase> cases = {
      {"GET", RawCaseList::Get("X: y\r\n"), "200"},
      {"an empty line before", "\r\n" + RawCaseList::Get(), "200"},
      {"a body", list.Whole(), "200"},
      {"chunks", list.Chunked(chunks), "200"},
      {"pipelined", list.Chunked(chunks) + RawCaseList::Get(), "200 200"},
      {"absolute form", "GET http://other.test?x HTTP/1.1\r\nHost: a\r\n\r\n", "404"},
      {"CL.TE", list.Post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nX"), "400", After::kClosed},
      {"a bad chunk", list.Chunked("D\r\n" + body + "\rX"), "400", After::kClosed},
      {"a bad head", RawCaseList::Get("X : y\r\n"), "400", After::kClosed},
      {"HEAD without Host", "HEAD /livez HTTP/1.1\r\n\r\n", "h400", After::kClosed},
  };
  for (const RawCase& one : cases) {
    for (std::size_t cut = 1; cut <= one.bytes.size(); ++cut) {
      EXPECT_EQ(CheckRawCase(server_->port(), one, Target(), cut), "") << one.name << " in pieces of " << cut;
    }
  }
}

}  // namespace
}  // namespace inkwell::gateway

#include "tests/integration/edge/raw_case.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/integration/edge/raw_client.h"

namespace inkwell::gateway {
namespace {

bool IsOneOf(int status, const std::string& alternatives, const RawTarget& target) {
  std::istringstream words(alternatives);
  for (std::string word; std::getline(words, word, '|');) {
    if (word == "ok") word = target.accepted;
    if (word == std::to_string(status)) return true;
  }
  return false;
}

// What every answer has, whoever gave it.
std::string CheckForm(const RawAnswer& answer, bool of_head) {
  if (!answer.head.starts_with("HTTP/1.1 ")) return "the status line is broken";
  if (answer.status < 200) return "";
  for (const char* field : {"Date", "X-Request-Id", "Cache-Control", "Referrer-Policy", "X-Frame-Options"}) {
    if (answer.head.find("\r\n" + std::string(field) + ": ") == std::string::npos) return "there is no " + std::string(field);
  }
  if (!answer.HasHeader("X-Content-Type-Options: nosniff")) return "X-Content-Type-Options is missing";
  const bool has_length = answer.head.find("\r\nContent-Length: ") != std::string::npos;
  if (has_length == (answer.status == 204)) return "Content-Length is there exactly when there may be a body";
  if (answer.status == 405 && answer.head.find("\r\nAllow: ") == std::string::npos) return "405 without Allow";
  if (answer.status == 503 && answer.head.find("\r\nRetry-After: ") == std::string::npos) return "503 without Retry-After";
  if (answer.status < 400) return "";
  if (!answer.HasHeader("Content-Type: application/problem+json")) return "the error is no problem+json";
  if (!of_head && answer.body.find("\"requestId\":\"") == std::string::npos) return "the error names no request";
  return "";
}

std::string CheckEnd(RawClient& client, const RawAnswer& last, const RawCase& one) {
  if (one.after == After::kClosed) {
    // Whoever says that no more comes may be answered before that is heard.
    if (!one.half_close && last.status >= 200 && !last.HasHeader("Connection: close"))
      return "the last answer does not say that it is the last";
    const std::string more = client.ReadUntil("\r\n\r\n");
    if (!more.empty()) return "something came after the last answer: " + testing::PrintToString(more);
    return client.Ended() ? "" : "the connection stays open";
  }
  if (last.HasHeader("Connection: close")) return "the answer says close";
  client.Send(RawCaseList::Get());
  const RawAnswer probe = client.Read();
  return probe.status == 200 ? "" : "the next request got " + std::to_string(probe.status);
}

}  // namespace

std::string RawCaseList::Line(const std::string& line, const std::string& fields) {
  return line + "\r\nHost: inkwell.test\r\n" + fields + "\r\n";
}

std::string RawCaseList::Post(const std::string& fields, const std::string& body) const {
  return Line("POST " + target_.path + " HTTP/1.1", target_.fields + fields) + body;
}

std::string CheckRawCase(std::uint16_t port, const RawCase& one, const RawTarget& target, std::size_t step) {
  RawClient client(port);
  const std::string_view bytes = one.bytes;
  if (step == 0) step = bytes.size() + 1;
  for (std::size_t i = 0; i < bytes.size(); i += step) client.Send(bytes.substr(i, step));
  if (one.half_close) client.FinishSending();
  RawAnswer answer;
  std::istringstream words(one.answers);
  for (std::string word; words >> word;) {
    const bool of_head = word.starts_with('h');
    answer = client.Read(of_head);
    if (of_head) word.erase(0, 1);
    if (!IsOneOf(answer.status, word, target)) return "got " + std::to_string(answer.status) + " instead of " + word;
    if (std::string wrong = CheckForm(answer, of_head); !wrong.empty()) return wrong + "\n" + answer.head;
  }
  return CheckEnd(client, answer, one);
}

std::vector<RawCase> AllRawCases(const RawTarget& target) {
  std::vector<RawCase> all;
  for (auto* const theme :
       {SmugglingCases, ChunkCases, RequestLineCases, HostCases, FieldCases, LimitCases, MethodCases, ConnectionCases}) {
    for (RawCase& one : theme(target)) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace inkwell::gateway

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inkwell::gateway {

// The route that the cases send bodies to, and what it makes of them.
struct RawTarget {
  std::string path;                            // takes POST, and no other method
  std::string fields;                          // of each request to it, each line with its CRLF
  std::string accepted = "200";                // the status of a request that is framed well and carries kRawBody
  std::size_t body_limit = std::size_t{1024};  // of the route
};

// What all well-framed bodies of the cases are: 13 bytes, "D" in hexadecimal.
inline constexpr std::string_view kRawBody = R"({"title":"x"})";

enum class After : std::uint8_t {
  kKept,    // another request on the connection is answered
  kClosed,  // the server ends the connection, and says nothing more
};

// The bytes that are sent on a fresh connection, and what RFC 9110 and RFC 9112 want to come back.
struct RawCase {
  std::string name;
  std::string bytes;
  // One word per answer: its status, "400|501" where the standard leaves a choice, "ok" for the target's own, "h404" for the
  // answer to HEAD. Nothing when there is no answer at all.
  std::string answers;
  After after = After::kKept;
  bool half_close = false;  // the client's side ends after its bytes
};

// Makes cases, with the requests that they have in common.
class RawCaseList final {
 public:
  RawCaseList(std::string theme, RawTarget target) : theme_(std::move(theme)), target_(std::move(target)) {}

  void Kept(const std::string& name, std::string bytes, std::string answers) {
    cases_.push_back({theme_ + ": " + name, std::move(bytes), std::move(answers), After::kKept, false});
  }
  void Closed(const std::string& name, std::string bytes, std::string answers) {
    cases_.push_back({theme_ + ": " + name, std::move(bytes), std::move(answers), After::kClosed, false});
  }
  // The client ends its side; the server then always ends its own.
  void HalfClosed(const std::string& name, std::string bytes, std::string answers) {
    cases_.push_back({theme_ + ": " + name, std::move(bytes), std::move(answers), After::kClosed, true});
  }

  // GET /livez, with further fields.
  [[nodiscard]] static std::string Get(const std::string& fields = "") { return Line("GET /livez HTTP/1.1", fields); }
  // A request line, Host, further fields, and the end of the head.
  [[nodiscard]] static std::string Line(const std::string& line, const std::string& fields = "");
  // POST to the target.
  [[nodiscard]] std::string Post(const std::string& fields, const std::string& body) const;
  // The same with kRawBody's length, or chunked.
  [[nodiscard]] std::string Whole() const { return Post("Content-Length: 13\r\n", std::string(kRawBody)); }
  [[nodiscard]] std::string Chunked(const std::string& body) const { return Post("Transfer-Encoding: chunked\r\n", body); }
  [[nodiscard]] const RawTarget& target() const { return target_; }

  [[nodiscard]] std::vector<RawCase> Take() && { return std::move(cases_); }

 private:
  const std::string theme_;
  const RawTarget target_;
  std::vector<RawCase> cases_;
};

// By theme; all of them together below.
[[nodiscard]] std::vector<RawCase> SmugglingCases(const RawTarget& target);
[[nodiscard]] std::vector<RawCase> ChunkCases(const RawTarget& target);
[[nodiscard]] std::vector<RawCase> RequestLineCases(const RawTarget& target);
[[nodiscard]] std::vector<RawCase> HostCases(const RawTarget& target);
[[nodiscard]] std::vector<RawCase> FieldCases(const RawTarget& target);
[[nodiscard]] std::vector<RawCase> LimitCases(const RawTarget& target);
[[nodiscard]] std::vector<RawCase> MethodCases(const RawTarget& target);
[[nodiscard]] std::vector<RawCase> ConnectionCases(const RawTarget& target);

[[nodiscard]] std::vector<RawCase> AllRawCases(const RawTarget& target);

// What is wrong with the answers to the case at 127.0.0.1:port; nothing when all is right. The bytes are sent whole, or in pieces
// of `step` bytes.
[[nodiscard]] std::string CheckRawCase(std::uint16_t port, const RawCase& one, const RawTarget& target, std::size_t step = 0);

}  // namespace inkwell::gateway

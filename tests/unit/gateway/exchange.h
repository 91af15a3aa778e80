#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"
#include "gateway/http/response.h"

namespace inkwell::gateway {

struct Completion;
class Mailbox;
struct RequestRecord;

// A request as the edge hands it to a handler, and the place where the answer arrives, without a server.
class Exchange final {
 public:
  struct Parts {
    std::string method = "GET";
    std::string target = "/";
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
    std::vector<std::pair<std::string_view, std::string>> path_parameters{};
    std::chrono::milliseconds timeout{10'000};
  };

  explicit Exchange(Parts parts);

  [[nodiscard]] RequestInfo request() const;
  // For one use.
  [[nodiscard]] Reply reply() const;
  // Waits up to ten seconds; nothing when no answer came. The body of a streamed answer is read to its end; nothing if it was
  // cut.
  [[nodiscard]] std::optional<Response> Answer() const;
  // The head of a streamed answer, whose body nobody reads: its end of the stream is dropped.
  [[nodiscard]] std::optional<Response> AnswerAndLeave() const;

 private:
  [[nodiscard]] std::vector<Completion> Next() const;

  Parts parts_;
  std::shared_ptr<Mailbox> mailbox_;
  std::shared_ptr<const RequestRecord> record_;
};

// The header's value, or "" when the response has none.
[[nodiscard]] std::string HeaderOf(const Response& response, std::string_view name);

}  // namespace inkwell::gateway

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "gateway/http/problem.h"
#include "gateway/http/response.h"
#include "gateway/http/response_stream.h"

namespace inkwell::gateway {

class Mailbox;
struct RequestRecord;

// The one answer to one request. Move-only; send it once, from any thread, now or later: `std::move(reply).Send(response)`.
// Never blocks on the client. Has no effect when the connection or the whole server is gone, or the edge answered 504 already.
// Dropped without being sent it answers 500 and logs a defect.
class Reply final {
 public:
  // For the edge only. `slot`, `generation` and `sequence` name the exchange in its reactor.
  Reply(std::shared_ptr<Mailbox> mailbox, std::shared_ptr<const RequestRecord> record, std::uint32_t slot,
        std::uint32_t generation, std::uint64_t sequence);
  Reply(Reply&& other) noexcept = default;
  Reply& operator=(Reply&& other) noexcept;
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply();

  // Header fields that the answer gets besides its own, whoever makes it: cookies that came up on the way.
  void AddHeaders(std::vector<HeaderField> headers);
  // The same for one field that an answer has once: takes the place of an earlier one of this name.
  void SetHeader(HeaderField header);

  void Send(Response response) &&;
  // Sends the head (its body is left out) and returns the body's other end. `on_gone` is called at most once, when nobody reads
  // before the body is finished; on the reactor's thread or, when that is so already, before this returns. It must not block.
  [[nodiscard]] ResponseStream Stream(Response head, std::function<void()> on_gone) &&;
  // Adds the request id and sends it as problem+json.
  void Fail(const Problem& problem) &&;

  [[nodiscard]] std::string_view request_id() const;

 private:
  void AnswerIfDropped();

  std::shared_ptr<Mailbox> mailbox_;  // null once sent; shared with the reactor, which may end first
  std::shared_ptr<const RequestRecord> record_;
  std::vector<HeaderField> added_;
  std::uint32_t slot_ = 0;
  std::uint32_t generation_ = 0;
  std::uint64_t sequence_ = 0;
};

}  // namespace inkwell::gateway

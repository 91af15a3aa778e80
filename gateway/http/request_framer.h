#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "gateway/http/chunked_decoder.h"
#include "gateway/http/rejection.h"
#include "gateway/http/request_record.h"

namespace inkwell::gateway {

struct FramingLimits {
  std::size_t request_line = 8192;
  std::size_t head = 16384;
  std::size_t fields = 100;
};

// Cuts a byte stream into requests. Nothing is allocated between requests.
//
//   Feed until kHeadComplete → AcceptBody(limit) → Feed until kComplete → Take → …
//
// kRejected is final.
class RequestFramer final {
 public:
  enum class State : std::uint8_t { kHead, kHeadComplete, kBody, kComplete, kRejected };

  explicit RequestFramer(const FramingLimits& limits) : limits_(&limits) {}

  // Returns how many of `bytes` were used; stops where the state changes. Uses none in kHeadComplete, kComplete and kRejected.
  std::size_t Feed(std::string_view bytes);
  // After kHeadComplete. A body that is known to be larger is rejected at once.
  void AcceptBody(std::size_t limit);
  // After kComplete: hands the request over and begins with the next one.
  [[nodiscard]] std::shared_ptr<RequestRecord> Take();

  // Gives up the request that is being read, and all that would follow: there is no record any more.
  void Drop();

  [[nodiscard]] State state() const { return state_; }
  // Whether the first byte of a head has arrived. The empty lines that may stand before one do not count (RFC 9112, section 2.2).
  [[nodiscard]] bool started() const { return record_ != nullptr && !record_->head.empty(); }
  // Null before the first byte. For the connection to complete once the head is there.
  [[nodiscard]] const std::shared_ptr<RequestRecord>& record() const { return record_; }
  [[nodiscard]] const Rejection& rejection() const { return rejection_; }

 private:
  std::size_t FeedHead(std::string_view bytes);
  // The line that ends at the head's end, CRLF included.
  void EndOfLine();
  std::size_t FeedBody(std::string_view bytes);
  void Reject(const Rejection& rejection);

  const FramingLimits* limits_;
  State state_ = State::kHead;
  bool skipped_empty_line_ = false;
  std::size_t line_start_ = 0;
  std::size_t lines_ = 0;
  std::shared_ptr<RequestRecord> record_;  // becomes shared with the handler
  std::optional<ChunkedDecoder> chunks_;
  Rejection rejection_;
};

}  // namespace inkwell::gateway

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/rejection.h"

namespace inkwell::gateway {

// Takes the chunked coding off a body (RFC 9112 section 7.1), one byte after the other, so that fragmentation makes no
// difference. Strict: no whitespace around sizes, CRLF only, extensions checked and ignored, trailer fields checked and dropped.
class ChunkedDecoder final {
 public:
  // Refuses bodies of more than `limit` bytes with 413.
  explicit ChunkedDecoder(std::size_t limit) : limit_(limit) {}

  // Appends payload to `body` and returns how many of `bytes` belong to this message. Stops at the end of the message or at the
  // first byte that is wrong.
  [[nodiscard]] std::size_t Feed(std::string_view bytes, std::string& body);
  [[nodiscard]] bool done() const { return state_ == State::kDone; }
  [[nodiscard]] const std::optional<Rejection>& rejection() const { return rejection_; }

 private:
  enum class State : std::uint8_t {
    kSizeStart,
    kSize,
    kExtensionName,
    kExtensionValue,
    kExtensionToken,
    kExtensionQuoted,
    kExtensionQuotedPair,
    kExtensionEnd,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailer,
    kDone,
  };

  bool Step(char c, std::size_t body_size);
  bool StepSize(char c);
  bool StepExtension(char c);
  bool StepTrailer(char c);
  bool EndOfSizeLine(std::size_t body_size);
  bool Reject(Rejection rejection);

  std::size_t limit_;
  State state_ = State::kSizeStart;
  bool name_empty_ = true;
  int digits_ = 0;
  std::uint64_t size_ = 0;
  std::size_t overhead_ = 0;  // bytes of extensions and trailers so far
  std::string trailer_line_;
  std::optional<Rejection> rejection_;
};

}  // namespace inkwell::gateway

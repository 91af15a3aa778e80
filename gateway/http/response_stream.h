#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace inkwell::gateway {

class Mailbox;
class StreamPipe;

// The body of an answer that is sent while it is made, from Reply::Stream: in the chunked coding (RFC 9112 section 7.1), or up to
// the connection's end for a client of HTTP/1.0. Move-only; belongs to one thread at a time, whichever, and never blocks. The
// client's pace is the producer's: one piece is on its way at a time, so memory holds one piece per stream.
// A client that takes nothing is cut off by the write timeout, a producer that gives nothing by the edge's stream timeout.
// Dropped without Finish it cuts the connection, so that the client cannot take the body for whole.
class ResponseStream final {
 public:
  // For the edge only. The numbers name the exchange in its reactor.
  ResponseStream(std::shared_ptr<Mailbox> mailbox, std::shared_ptr<StreamPipe> pipe, std::uint32_t slot, std::uint32_t generation,
                 std::uint64_t sequence);
  ResponseStream(ResponseStream&& other) noexcept = default;
  ResponseStream& operator=(ResponseStream&& other) noexcept;
  ResponseStream(const ResponseStream&) = delete;
  ResponseStream& operator=(const ResponseStream&) = delete;
  ~ResponseStream();

  // Sends the next piece. `written` is called exactly once and must not block: with true when the socket has taken it, and only
  // then may the next one follow; with false when nobody reads any more. On the reactor's thread, or before this returns.
  void Write(std::string bytes, std::function<void(bool open)> written);
  // Sends a last piece and ends the body.
  void Finish(std::string last = {}) &&;

 private:
  void CutIfDropped();
  void Tell() const;

  std::shared_ptr<Mailbox> mailbox_;
  std::shared_ptr<StreamPipe> pipe_;  // null once finished; shared with the reactor's StreamSource
  std::uint32_t slot_;
  std::uint32_t generation_;
  std::uint64_t sequence_;
};

}  // namespace inkwell::gateway

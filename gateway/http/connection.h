#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/dispatcher.h"
#include "gateway/http/edge_metrics.h"
#include "gateway/http/edge_server.h"
#include "gateway/http/mailbox.h"
#include "gateway/http/output_queue.h"
#include "gateway/http/request_framer.h"
#include "gateway/http/response_writer.h"

namespace inkwell::gateway {

using SteadyTime = std::chrono::steady_clock::time_point;

// What the connections of one reactor share. Used by its thread only, apart from the mailbox.
struct ReactorContext {
  const EdgeOptions& options;
  FramingLimits limits;
  EdgeMetrics& metrics;
  Dispatcher& dispatcher;
  std::shared_ptr<Mailbox> mailbox;  // shared with the Replies, which may outlive the reactor
  std::size_t smallest_body_limit = 0;
  bool draining = false;
  std::size_t in_service = 0;  // bytes, by all connections
  DateCache date{};
  std::vector<char> read_buffer = std::vector<char>(std::size_t{64} * 1024);

  // Whether handlers have as much of requests as they may.
  [[nodiscard]] bool crowded() const { return in_service > options.max_in_service / static_cast<std::size_t>(options.reactors); }
};

// One client's connection: bytes in, exchanges in order, bytes out. It never waits; the reactor calls it when the socket, an
// answer or a deadline is due, and then asks what it wants next. Belongs to the reactor's thread.
class Connection final {
 public:
  // Takes over `fd`, a non-blocking stream socket.
  Connection(ReactorContext& context, int fd, std::string address, std::uint32_t slot, std::uint32_t generation, SteadyTime now);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void OnReadable(SteadyTime now);
  void OnWritable(SteadyTime now);
  // Flush follows, when all answers that are there have been handed over.
  void OnAnswer(Completion answer);
  void Flush(SteadyTime now);
  void OnDeadline(SteadyTime now);
  // Answers with an error, whatever the client sends, and ends.
  void Refuse(const Rejection& rejection, SteadyTime now);
  // Gives up what the client keeps waiting: answers that it does not take (the connection is reset), or requests that are not
  // complete (503). For when waiting_since() says so.
  void Shed(SteadyTime now);
  // From now on the context is draining: ends after the answers in flight, or after the grace.
  void OnDrain(SteadyTime now);

  [[nodiscard]] bool closed() const { return phase_ == Phase::kClosed; }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] std::uint32_t generation() const { return generation_; }
  [[nodiscard]] bool wants_read() const;
  [[nodiscard]] bool wants_write() const { return !closed() && blocked_; }
  [[nodiscard]] SteadyTime deadline() const;
  // Bytes that Shed gives back: of requests that are not complete or wait for their turn, and of answers.
  [[nodiscard]] std::size_t held() const;
  // Bytes of the requests whose answers are being made: only those give them back.
  [[nodiscard]] std::size_t in_service() const;
  // Since when it is the client who keeps what is held: the last progress of its reading, or the beginning of its request, or of
  // the one that the others wait behind. Nothing when nothing of it waits.
  [[nodiscard]] std::optional<SteadyTime> waiting_since() const;

 private:
  enum class Phase : std::uint8_t {
    kOpen,
    kLast,       // no further request is read; ends when what is in flight is answered
    kLingering,  // all is written and our side is shut; reads on, so that no reset destroys the answer on its way
    kClosed,
  };
  enum class Reading : std::uint8_t { kNothing, kIdle, kHead, kBody };

  // A request that waits for its answer, or for its turn.
  struct Exchange {
    std::shared_ptr<const RequestRecord> record;
    bool answered = false;
    bool keep_alive = true;
    Response response{};
    StreamSource stream{};  // of a body that is sent while it is made
    bool begun = false;     // the head of such an answer went out
    bool writing = false;   // a piece of it is on its way
    BodyEnd body_end = BodyEnd::kContentLength;
    SteadyTime next_piece_deadline{};

    // Whether the answer is there, and waits only for those before it.
    [[nodiscard]] bool queued() const { return answered && !begun; }
    [[nodiscard]] std::size_t held() const { return response.body.held() + (record ? record->held() : 0); }
  };

  void Consume(std::string_view bytes, SteadyTime now);
  void BeginRequest(SteadyTime now);
  // Answers 503 when a body of that size would be one too many for the handlers. Whether it did.
  [[nodiscard]] bool TurnAway(std::uint64_t body_size, SteadyTime now);
  void DispatchRequest(SteadyTime now);
  void QueueAnswer(std::shared_ptr<const RequestRecord> record, Response response);
  void OnEndOfInput(SteadyTime now);

  // Writes what can be written, takes up stashed requests, ends or goes on waiting.
  void Advance(SteadyTime now);
  void RenderReady(SteadyTime now);
  void Render(Exchange& exchange, SteadyTime now);
  // Moves the next piece of a streamed body to the output when the one before is written. Whether the body is over.
  [[nodiscard]] bool Pump(Exchange& exchange, SteadyTime now);
  // Tells the producer that its piece is written. Whether there was one.
  [[nodiscard]] bool ReleasePiece();
  void Cut(Exchange& exchange, std::string_view reason);
  void Account(Exchange& exchange, int status);
  void SendContinue();
  void Write(SteadyTime now);
  void Finish(SteadyTime now);
  void Close() { phase_ = Phase::kClosed; }
  // Ends at once, by a reset: what the kernel still holds for a client that takes nothing goes too.
  void Abort();
  // Whether the kernel has bytes that the client did not acknowledge.
  [[nodiscard]] bool HasUntakenBytes() const;
  // Of a body: what has come of it buys time, at the least rate that is accepted.
  [[nodiscard]] SteadyTime ReadingDeadline() const;
  // Whether enough requests are in flight, or bytes of them and of answers: no further request is begun.
  [[nodiscard]] bool Saturated() const;
  // Whether answers wait for those before them.
  [[nodiscard]] bool HasQueuedAnswers() const;
  void UpdateReading(SteadyTime now);
  [[nodiscard]] bool Idle() const { return exchanges_.empty() && output_.empty() && !framer_.started() && stash_.empty(); }

  ReactorContext& context_;
  const int fd_;
  const std::string address_;
  const std::uint32_t slot_;
  const std::uint32_t generation_;

  Phase phase_ = Phase::kOpen;
  Reading reading_ = Reading::kNothing;
  bool end_of_input_ = false;
  bool blocked_ = false;
  bool continue_due_ = false;
  bool unread_input_ = false;  // bytes came, or may come, that nobody looks at: closing at once could reset the connection
  std::uint64_t requests_ = 0;
  std::uint64_t reading_request_ = 0;  // the request that reading_deadline_ was set for
  std::uint64_t first_sequence_ = 0;   // of exchanges_.front()
  SteadyTime reading_deadline_;
  SteadyTime write_deadline_;
  SteadyTime linger_deadline_;
  std::size_t written_ = 0;  // since write_deadline_ was set
  std::size_t discarded_ = 0;

  RequestFramer framer_;
  std::vector<Exchange> exchanges_;
  std::string stash_;  // bytes of requests beyond those that may be in flight
  OutputQueue output_;
};

}  // namespace inkwell::gateway

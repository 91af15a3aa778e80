// The way out of a connection: from answers that are ready to bytes on the socket.
#include <sys/socket.h>

#include <array>
#include <charconv>

#include "gateway/http/access_log.h"
#include "gateway/http/connection.h"
#include "runtime/log.h"

namespace inkwell::gateway {
namespace {

// A client that takes this much within the write timeout is slow, not stuck.
constexpr std::size_t kWriteProgress = std::size_t{64} * 1024;

// The size line of a chunk (RFC 9112 section 7.1).
std::string ChunkHead(std::size_t size) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
  return std::string(digits.data(), end) + "\r\n";
}

}  // namespace

void Connection::RenderReady(SteadyTime now) {
  std::size_t ready = 0;
  while (ready < exchanges_.size() && exchanges_[ready].answered) {
    Exchange& exchange = exchanges_[ready];
    if (!exchange.begun) Render(exchange, now);
    if (exchange.begun && !Pump(exchange, now)) break;
    ++ready;
    // A body that ends with the connection has nothing behind it.
    if (exchange.body_end == BodyEnd::kConnectionClose) ready = exchanges_.size();
  }
  exchanges_.erase(exchanges_.begin(), exchanges_.begin() + static_cast<std::ptrdiff_t>(ready));
  first_sequence_ += ready;
  if (continue_due_ && exchanges_.empty()) SendContinue();
}

void Connection::Render(Exchange& exchange, SteadyTime now) {
  const RequestRecord& record = *exchange.record;
  Response& response = exchange.response;
  if (!IsSendable(response)) {
    runtime::log::Error("a handler made an answer that cannot be sent", {{"request_id", record.request_id}});
    response = ProblemResponse({500, "INTERNAL", "The server could not answer this request."}, record.request_id);
    exchange.stream.Drop();
  }
  const bool with_body = HasBodyOnWire(response, record.method == "HEAD");
  if (exchange.stream) exchange.body_end = record.minor_version == 0 ? BodyEnd::kConnectionClose : BodyEnd::kChunked;
  // Nothing follows an answer that says close, so only the last one in flight may say it. While draining it does, and the
  // client goes elsewhere with its next request.
  const bool last = &exchange == &exchanges_.back() && stash_.empty() && !framer_.started();
  const bool ending = last && (context_.draining || phase_ != Phase::kOpen);
  const bool keep_alive = exchange.keep_alive && !ending && exchange.body_end != BodyEnd::kConnectionClose;
  if (!keep_alive && exchange.keep_alive) unread_input_ = true;
  const auto wall = std::chrono::system_clock::now();
  std::string head;
  head.reserve(384);
  AppendResponseHead(head, response,
                     {record.request_id, context_.date.At(wall), keep_alive, record.minor_version == 0, exchange.body_end,
                      context_.options.https_only});
  if (!keep_alive) phase_ = Phase::kLast;
  if (exchange.stream && with_body) {
    exchange.begun = true;
    exchange.next_piece_deadline = now + context_.options.stream_timeout;
    return output_.Push(std::move(head), {});
  }
  exchange.stream.Drop();
  output_.Push(std::move(head), with_body ? std::move(response.body) : Body());
  Account(exchange, response.status);
}

bool Connection::Pump(Exchange& exchange, SteadyTime now) {
  if (exchange.writing) return false;
  StreamPipe::Piece piece = exchange.stream->Take();
  if (piece.cut) {
    Cut(exchange, "STREAM_CUT");
    return false;
  }
  const bool chunked = exchange.body_end == BodyEnd::kChunked;
  if (!piece.bytes.empty()) {
    exchange.writing = true;
    exchange.next_piece_deadline = now + context_.options.stream_timeout;
    std::string size = chunked ? ChunkHead(piece.bytes.size()) : std::string();
    output_.Push(std::move(size), Body(std::move(piece.bytes)));
    if (chunked) output_.Push("\r\n", {});
  }
  if (!piece.ended) return false;
  if (chunked) output_.Push("0\r\n\r\n", {});
  exchange.stream.Drop();
  Account(exchange, exchange.response.status);
  return true;
}

bool Connection::ReleasePiece() {
  if (exchanges_.empty() || !exchanges_.front().writing) return false;
  exchanges_.front().writing = false;
  exchanges_.front().stream->Release();
  return true;
}

void Connection::Cut(Exchange& exchange, std::string_view reason) {
  context_.metrics.Rejected(reason);
  Account(exchange, 500);
  Close();
}

void Connection::Account(Exchange& exchange, int status) {
  // Not the loop's time: a whole request is read, handled and answered within one turn of it.
  const auto took = std::chrono::steady_clock::now() - exchange.record->received_at;
  context_.metrics.Answered(exchange.record->route, status, took);
  LogAccess(*exchange.record, status, took);
  exchange.record.reset();
}

void Connection::SendContinue() {
  continue_due_ = false;
  // A client that has begun to send did not wait for it (RFC 9110 section 10.1.1).
  if (framer_.record()->body.empty()) output_.Push("HTTP/1.1 100 Continue\r\n\r\n", {});
}

void Connection::Write(SteadyTime now) {
  std::size_t written = 0;
  switch (output_.WriteTo(fd_, written)) {
    case OutputQueue::Outcome::kBroken:
      return Close();
    case OutputQueue::Outcome::kWritten:
      blocked_ = false;
      return;
    case OutputQueue::Outcome::kBlocked:
      written_ += written;
      if (!blocked_ || written_ >= kWriteProgress) {
        write_deadline_ = now + context_.options.write_timeout;
        written_ = 0;
      }
      blocked_ = true;
  }
}

void Connection::Finish(SteadyTime now) {
  std::string().swap(stash_);
  if (end_of_input_ || !unread_input_ || ::shutdown(fd_, SHUT_WR) != 0) return Close();
  phase_ = Phase::kLingering;
  discarded_ = 0;
  linger_deadline_ = now + context_.options.linger_timeout;
}

}  // namespace inkwell::gateway

// How long a connection may take, and how much it may hold.
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>

#include "gateway/http/connection.h"

namespace inkwell::gateway {
namespace {

// What any route takes may also come while handlers have much to do.
constexpr std::size_t kSmallBody = kDefaultBodyLimit;

constexpr Rejection kHeadTimeout{408, "HEAD_TIMEOUT", "The request head did not arrive in time."};
constexpr Rejection kBodyTimeout{408, "BODY_TIMEOUT", "The request body did not arrive in time."};
constexpr Rejection kOverloaded{503, "OVERLOADED", "The server holds as much as it can. Try again."};

}  // namespace

void Connection::OnDeadline(SteadyTime now) {
  if (phase_ == Phase::kLingering) return Close();
  if (blocked_ && now >= write_deadline_) {
    context_.metrics.Rejected("WRITE_TIMEOUT");
    return Abort();
  }
  if (!exchanges_.empty() && exchanges_.front().begun && !exchanges_.front().writing &&
      now >= exchanges_.front().next_piece_deadline) {
    return Cut(exchanges_.front(), "STREAM_TIMEOUT");
  }
  for (Exchange& exchange : exchanges_) {
    if (exchange.answered || now < exchange.record->deadline + context_.options.reply_grace) continue;
    context_.metrics.Rejected("REPLY_TIMEOUT");
    exchange.answered = true;
    exchange.response = ProblemResponse({504, "DEADLINE_EXCEEDED", "The answer took too long."}, exchange.record->request_id);
  }
  if (phase_ == Phase::kOpen && reading_ != Reading::kNothing && now >= ReadingDeadline()) {
    if (reading_ == Reading::kIdle) return HasUntakenBytes() ? Abort() : Close();
    return Refuse(reading_ == Reading::kBody ? kBodyTimeout : kHeadTimeout, now);
  }
  Advance(now);
}

SteadyTime Connection::deadline() const {
  if (phase_ == Phase::kLingering) return linger_deadline_;
  SteadyTime next = SteadyTime::max();
  if (blocked_) next = write_deadline_;
  if (phase_ == Phase::kOpen && reading_ != Reading::kNothing) next = std::min(next, ReadingDeadline());
  if (!exchanges_.empty() && exchanges_.front().begun && !exchanges_.front().writing) {
    next = std::min(next, exchanges_.front().next_piece_deadline);
  }
  for (const Exchange& exchange : exchanges_) {
    if (exchange.answered) continue;
    next = std::min(next, exchange.record->deadline + context_.options.reply_grace);
    break;  // later ones have later deadlines
  }
  return next;
}

SteadyTime Connection::ReadingDeadline() const {
  if (reading_ != Reading::kBody) return reading_deadline_;
  const EdgeOptions& options = context_.options;
  const std::chrono::milliseconds earned(framer_.record()->body.size() * 1000 / options.min_body_rate);
  return reading_deadline_ - options.body_timeout + std::min(options.body_timeout, options.body_grace + earned);
}

void Connection::UpdateReading(SteadyTime now) {
  const Reading before = reading_;
  if (framer_.state() == RequestFramer::State::kBody) {
    reading_ = Reading::kBody;
  } else if (framer_.started()) {
    reading_ = Reading::kHead;
  } else {
    reading_ = exchanges_.empty() && output_.empty() ? Reading::kIdle : Reading::kNothing;
  }
  if (reading_ == before && reading_request_ == requests_) return;
  reading_request_ = requests_;
  const EdgeOptions& options = context_.options;
  switch (reading_) {
    case Reading::kNothing:
      return;
    case Reading::kIdle:
      // Who connects and says nothing is not a client that thinks between two requests.
      reading_deadline_ = now + (requests_ == 0 ? options.head_timeout : options.idle_timeout);
      if (context_.draining) OnDrain(now);
      exchanges_.shrink_to_fit();
      output_.Release();
      return;
    case Reading::kHead:
      reading_deadline_ = now + options.head_timeout;
      return;
    case Reading::kBody:
      reading_deadline_ = now + options.body_timeout;
      return;
  }
}

bool Connection::Saturated() const {
  if (exchanges_.size() >= context_.options.max_pipelined) return true;
  std::size_t queued = output_.held();
  for (const Exchange& exchange : exchanges_) queued += exchange.held();
  return queued > context_.options.max_queued;
}

std::size_t Connection::held() const {
  std::size_t bytes = stash_.capacity() + output_.held();
  if (framer_.record()) bytes += framer_.record()->held();
  for (const Exchange& exchange : exchanges_) {
    if (exchange.queued()) bytes += exchange.held();
  }
  return bytes;
}

std::size_t Connection::in_service() const {
  std::size_t bytes = 0;
  for (const Exchange& exchange : exchanges_) {
    if (!exchange.queued()) bytes += exchange.held();
  }
  return bytes;
}

std::optional<SteadyTime> Connection::waiting_since() const {
  if (blocked_) return write_deadline_ - context_.options.write_timeout;
  if (phase_ == Phase::kOpen && reading_ == Reading::kHead) return reading_deadline_ - context_.options.head_timeout;
  if (phase_ == Phase::kOpen && reading_ == Reading::kBody) return reading_deadline_ - context_.options.body_timeout;
  if (exchanges_.empty() || (stash_.empty() && !HasQueuedAnswers())) return std::nullopt;
  return exchanges_.front().record->received_at;
}

bool Connection::HasQueuedAnswers() const {
  return std::any_of(exchanges_.begin(), exchanges_.end(), [](const Exchange& exchange) { return exchange.queued(); });
}

bool Connection::TurnAway(std::uint64_t body_size, SteadyTime now) {
  if (body_size <= kSmallBody || !context_.crowded()) return false;
  Refuse(kOverloaded, now);
  return true;
}

void Connection::Shed(SteadyTime now) {
  if (!blocked_ && !HasQueuedAnswers()) return Refuse(kOverloaded, now);
  context_.metrics.Rejected("ANSWER_NOT_TAKEN");
  Abort();
}

void Connection::Abort() {
  const linger none{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
  Close();
}

bool Connection::HasUntakenBytes() const {
  int bytes = 0;
  return ::ioctl(fd_, SIOCOUTQ, &bytes) == 0 && bytes > 0;
}

}  // namespace inkwell::gateway

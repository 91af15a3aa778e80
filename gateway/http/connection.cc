#include "gateway/http/connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "gateway/http/access_log.h"
#include "gateway/http/request_id.h"
#include "runtime/log.h"

namespace inkwell::gateway {
namespace {

constexpr std::size_t kMaxDiscarded = std::size_t{1024} * 1024;
constexpr Rejection kIncomplete{400, "INCOMPLETE", "The connection ended within a request."};

}  // namespace

Connection::Connection(ReactorContext& context, int fd, std::string address, std::uint32_t slot, std::uint32_t generation,
                       SteadyTime now)
    : context_(context), fd_(fd), address_(std::move(address)), slot_(slot), generation_(generation), framer_(context.limits) {
  UpdateReading(now);
}

Connection::~Connection() {
  ::close(fd_);
  for (Exchange& exchange : exchanges_) {
    // 499, as nginx writes it: the client, or the server's end, left before the answer or in the midst of it.
    if (exchange.record) Account(exchange, 499);
  }
}

bool Connection::wants_read() const {
  if (end_of_input_ || phase_ == Phase::kClosed) return false;
  if (phase_ == Phase::kLingering) return true;
  // A client that does not take its answers is not asked for more; nor is one with enough in flight. But a request that was
  // begun is read to its end, for its time runs.
  if (phase_ == Phase::kOpen && framer_.started()) return true;
  return !blocked_ && !Saturated() && discarded_ < kMaxDiscarded;
}

void Connection::OnReadable(SteadyTime now) {
  const ssize_t got = ::recv(fd_, context_.read_buffer.data(), context_.read_buffer.size(), 0);
  if (got < 0) {
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) Close();
    return;
  }
  if (got == 0) return OnEndOfInput(now);
  if (phase_ != Phase::kOpen) {
    unread_input_ = true;
    discarded_ += static_cast<std::size_t>(got);
    if (phase_ == Phase::kLingering && discarded_ > kMaxDiscarded) Close();
    return;
  }
  Consume({context_.read_buffer.data(), static_cast<std::size_t>(got)}, now);
  Advance(now);
}

void Connection::OnWritable(SteadyTime now) { Advance(now); }

void Connection::OnAnswer(Completion answer) {
  if (answer.progress) return;  // Flush looks
  if (closed() || answer.sequence < first_sequence_ || answer.sequence - first_sequence_ >= exchanges_.size()) return;
  Exchange& exchange = exchanges_[static_cast<std::size_t>(answer.sequence - first_sequence_)];
  if (exchange.answered) return;  // the edge was quicker: 504
  exchange.answered = true;
  exchange.response = std::move(answer.response);
  exchange.stream = std::move(answer.stream);
}

void Connection::Flush(SteadyTime now) {
  if (!exchanges_.empty() && exchanges_.front().answered) Advance(now);
}

void Connection::Refuse(const Rejection& rejection, SteadyTime now) {
  context_.metrics.Rejected(rejection.reason);
  std::shared_ptr<RequestRecord> record = framer_.record();
  if (!record || record->request_id.empty()) {
    // There was no head to be trusted: the answer stands for itself. That one to HEAD has no content is known from the first
    // word.
    const bool of_head = record && record->head.starts_with("HEAD ");
    record = std::make_shared<RequestRecord>();
    if (of_head) record->method = "HEAD";
    record->request_id = NewRequestId();
    record->received_at = now;
  }
  Response response =
      ProblemResponse({rejection.status, std::string(rejection.reason), std::string(rejection.detail)}, record->request_id);
  if (rejection.status == 503) response.headers.push_back({"Retry-After", "1"});
  std::string().swap(stash_);
  QueueAnswer(std::move(record), std::move(response));
  Advance(now);
}

void Connection::OnDrain(SteadyTime now) {
  // A client may be writing at this moment: to close over its request would lose it.
  if (phase_ == Phase::kOpen && reading_ == Reading::kIdle) {
    reading_deadline_ = std::min(reading_deadline_, now + context_.options.drain_grace);
  }
}

void Connection::Consume(std::string_view bytes, SteadyTime now) {
  while (phase_ == Phase::kOpen) {
    switch (framer_.state()) {
      case RequestFramer::State::kHead:
        if (!framer_.started() && Saturated()) {
          stash_.assign(bytes);
          return;
        }
        [[fallthrough]];
      case RequestFramer::State::kBody:
        if (bytes.empty()) return;
        bytes.remove_prefix(framer_.Feed(bytes));
        break;
      case RequestFramer::State::kHeadComplete:
        BeginRequest(now);
        break;
      case RequestFramer::State::kComplete:
        DispatchRequest(now);
        break;
      case RequestFramer::State::kRejected:
        Refuse(framer_.rejection(), now);
        break;
    }
  }
  unread_input_ = unread_input_ || !bytes.empty();
}

void Connection::BeginRequest(SteadyTime now) {
  RequestRecord& record = *framer_.record();
  ++requests_;
  record.received_at = now;
  record.deadline = now + context_.options.request_timeout;
  record.client_address = address_;
  if (context_.options.identify) context_.options.identify(record);
  record.request_id = RequestIdOf(record);
  if (TurnAway(record.content_length, now)) return;
  std::size_t limit = context_.smallest_body_limit;
  // Only when the body may break a limit, or the client waits for our word, is the route worth finding beforehand.
  if (record.HasBody() && (record.chunked || record.expects_continue || record.content_length > limit)) {
    record.route = context_.dispatcher.Find(record);
    if (record.route == nullptr) {
      unread_input_ = true;
      return QueueAnswer(framer_.record(), context_.dispatcher.NoRoute(record));
    }
    limit = record.route->body_limit;
  }
  framer_.AcceptBody(limit);
  continue_due_ = record.expects_continue && framer_.state() == RequestFramer::State::kBody;
}

void Connection::DispatchRequest(SteadyTime now) {
  continue_due_ = false;
  // Again, since many may have announced theirs while there was room, and a chunked one said nothing.
  if (TurnAway(framer_.record()->body.size(), now)) return;
  const std::shared_ptr<RequestRecord> record = framer_.Take();
  record->deadline = now + context_.options.request_timeout;  // a slow body has its own limit, and takes nothing from the handler
  if (!record->keep_alive) phase_ = Phase::kLast;
  exchanges_.push_back({record, false, record->keep_alive});
  const std::uint64_t sequence = first_sequence_ + exchanges_.size() - 1;
  Reply reply(context_.mailbox, record, slot_, generation_, sequence);
  const RequestScreen& screen = context_.options.screen;
  if (!screen || screen(RequestInfo(record), reply)) context_.dispatcher.Dispatch(record, std::move(reply));
}

void Connection::QueueAnswer(std::shared_ptr<const RequestRecord> record, Response response) {
  phase_ = Phase::kLast;
  unread_input_ = true;
  continue_due_ = false;
  framer_.Drop();
  exchanges_.push_back({std::move(record), true, false, std::move(response)});
}

void Connection::OnEndOfInput(SteadyTime now) {
  end_of_input_ = true;
  if (phase_ == Phase::kLingering || Idle()) return Close();
  // The client may have closed only its side, and still wait for answers.
  if (phase_ == Phase::kOpen && framer_.started() && stash_.empty()) return Refuse(kIncomplete, now);
  Advance(now);
}

void Connection::Advance(SteadyTime now) {
  while (!closed()) {
    RenderReady(now);
    if (!closed()) Write(now);
    if (!closed() && !blocked_ && ReleasePiece()) continue;
    if (closed() || blocked_ || phase_ != Phase::kOpen || stash_.empty() || Saturated()) break;
    const std::string bytes = std::exchange(stash_, {});
    Consume(bytes, now);
  }
  if (closed() || phase_ == Phase::kLingering) return;
  if (end_of_input_ && stash_.empty()) phase_ = Phase::kLast;
  if (phase_ == Phase::kLast && exchanges_.empty() && output_.empty()) return Finish(now);
  UpdateReading(now);
}

}  // namespace inkwell::gateway

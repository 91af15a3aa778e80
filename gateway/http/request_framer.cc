#include "gateway/http/request_framer.h"

#include <algorithm>

#include "gateway/http/head_parser.h"
#include "gateway/http/head_rules.h"
#include "gateway/http/octets.h"

namespace inkwell::gateway {
namespace {

constexpr std::string_view kHead = "HEAD ";

constexpr Rejection kLineTooLong{414, "REQUEST_LINE_TOO_LONG", "The request line is too long."};
constexpr Rejection kHeadTooLarge{431, "HEAD_TOO_LARGE", "The header fields are too large."};
constexpr Rejection kTooManyFields{431, "TOO_MANY_FIELDS", "The request has too many header fields."};
constexpr Rejection kBodyTooLarge{413, "BODY_TOO_LARGE", "The body is larger than this route takes."};
constexpr Rejection kBadLineEnd{400, "BAD_LINE_END", "Lines end in CR LF."};
constexpr Rejection kBadStart{400, "BAD_REQUEST_LINE", "This is not an HTTP request."};

}  // namespace

std::size_t RequestFramer::Feed(std::string_view bytes) {
  if (bytes.empty()) return 0;
  switch (state_) {
    case State::kHead:
      return FeedHead(bytes);
    case State::kBody:
      return FeedBody(bytes);
    case State::kHeadComplete:
    case State::kComplete:
    case State::kRejected:
      return 0;
  }
  return 0;
}

std::size_t RequestFramer::FeedHead(std::string_view bytes) {
  if (!record_) {
    record_ = std::make_shared<RequestRecord>();
    record_->head.reserve(std::min<std::size_t>(bytes.size(), 1024));
  }
  std::string& head = record_->head;
  std::size_t used = 0;
  while (used < bytes.size() && state_ == State::kHead) {
    // What speaks another protocol (a TLS hello, for one) need not wait for a line end that never comes.
    const char first = bytes[used];
    if (head.empty() && first != '\r' && !octets::kToken[static_cast<unsigned char>(first)]) {
      Reject(kBadStart);
      break;
    }
    const std::size_t newline = bytes.find('\n', used);
    const std::size_t end = newline == std::string_view::npos ? bytes.size() : newline + 1;
    const std::size_t line_length = head.size() - line_start_ + (end - used);
    const bool fits = head.size() + (end - used) <= limits_->head;
    if (lines_ == 0 && (!fits || line_length > limits_->request_line + 2)) {
      // Its first word still tells whether the answer may have content.
      head.append(bytes.substr(used, kHead.size()));
      Reject(kLineTooLong);
      break;
    }
    if (!fits) {
      Reject(kHeadTooLarge);
      break;
    }
    head.append(bytes.substr(used, end - used));
    used = end;
    if (newline != std::string_view::npos) EndOfLine();
  }
  return used;
}

void RequestFramer::EndOfLine() {
  std::string& head = record_->head;
  std::string_view line = std::string_view(head).substr(line_start_);
  if (line.size() < 2 || line[line.size() - 2] != '\r') return Reject(kBadLineEnd);
  line.remove_suffix(2);
  if (line.empty() && lines_ == 0) {
    // One empty line before a request is an old client's habit (RFC 9112 section 2.2).
    if (skipped_empty_line_) return Reject(kBadStart);
    skipped_empty_line_ = true;
    head.clear();
    return;
  }
  if (line.empty()) {
    if (const auto rejection = ParseHead(*record_)) return Reject(*rejection);
    state_ = State::kHeadComplete;
    return;
  }
  if (lines_ > limits_->fields) return Reject(kTooManyFields);
  if (const auto rejection = lines_ == 0 ? CheckRequestLine(line) : CheckFieldLine(line)) return Reject(*rejection);
  // A higher minor version is served as the highest that is known (RFC 9110 section 6.2).
  if (char& minor = head[head.size() - 3]; lines_ == 0 && minor > '1') minor = '1';
  ++lines_;
  line_start_ = head.size();
}

void RequestFramer::AcceptBody(std::size_t limit) {
  if (record_->content_length > limit) return Reject(kBodyTooLarge);
  if (record_->chunked) chunks_.emplace(limit);
  state_ = record_->HasBody() ? State::kBody : State::kComplete;
}

std::size_t RequestFramer::FeedBody(std::string_view bytes) {
  std::string& body = record_->body;
  if (!chunks_) {
    const auto missing = static_cast<std::size_t>(record_->content_length) - body.size();
    const std::size_t take = std::min(missing, bytes.size());
    // Memory follows what arrives, not what was announced.
    body.append(bytes.substr(0, take));
    if (take == missing) state_ = State::kComplete;
    return take;
  }
  const std::size_t used = chunks_->Feed(bytes, body);
  if (chunks_->rejection()) {
    Reject(*chunks_->rejection());
  } else if (chunks_->done()) {
    state_ = State::kComplete;
  }
  return used;
}

std::shared_ptr<RequestRecord> RequestFramer::Take() {
  state_ = State::kHead;
  skipped_empty_line_ = false;
  line_start_ = 0;
  lines_ = 0;
  chunks_.reset();
  return std::move(record_);
}

void RequestFramer::Drop() {
  record_.reset();
  chunks_.reset();
  state_ = State::kRejected;
}

void RequestFramer::Reject(const Rejection& rejection) {
  rejection_ = rejection;
  state_ = State::kRejected;
}

}  // namespace inkwell::gateway

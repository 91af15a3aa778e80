#include "gateway/http/reply.h"

#include <iterator>

#include "gateway/http/mailbox.h"
#include "gateway/http/request_record.h"
#include "runtime/log.h"

namespace inkwell::gateway {

Reply::Reply(std::shared_ptr<Mailbox> mailbox, std::shared_ptr<const RequestRecord> record, std::uint32_t slot,
             std::uint32_t generation, std::uint64_t sequence)
    : mailbox_(std::move(mailbox)), record_(std::move(record)), slot_(slot), generation_(generation), sequence_(sequence) {}

Reply& Reply::operator=(Reply&& other) noexcept {
  if (this != &other) {
    AnswerIfDropped();
    mailbox_ = std::move(other.mailbox_);
    record_ = std::move(other.record_);
    added_ = std::move(other.added_);
    slot_ = other.slot_;
    generation_ = other.generation_;
    sequence_ = other.sequence_;
  }
  return *this;
}

Reply::~Reply() { AnswerIfDropped(); }

void Reply::AddHeaders(std::vector<HeaderField> headers) {
  added_.insert(added_.end(), std::make_move_iterator(headers.begin()), std::make_move_iterator(headers.end()));
}

void Reply::SetHeader(HeaderField header) {
  std::erase_if(added_, [&](const HeaderField& earlier) { return EqualsIgnoringCase(earlier.name, header.name); });
  added_.push_back(std::move(header));
}

void Reply::Send(Response response) && {
  if (!mailbox_) {
    runtime::log::Error("a request was answered twice", {{"request_id", request_id()}});
    return;
  }
  response.headers.insert(response.headers.end(), std::make_move_iterator(added_.begin()), std::make_move_iterator(added_.end()));
  const std::shared_ptr<Mailbox> mailbox = std::move(mailbox_);
  mailbox->Post({slot_, generation_, sequence_, std::move(response)});
}

ResponseStream Reply::Stream(Response head, std::function<void()> on_gone) && {
  head.headers.insert(head.headers.end(), std::make_move_iterator(added_.begin()), std::make_move_iterator(added_.end()));
  auto pipe = std::make_shared<StreamPipe>(std::move(on_gone));
  const std::shared_ptr<Mailbox> mailbox = std::move(mailbox_);
  ResponseStream stream(mailbox, pipe, slot_, generation_, sequence_);
  mailbox->Post({slot_, generation_, sequence_, std::move(head), StreamSource(std::move(pipe))});
  return stream;
}

void Reply::Fail(const Problem& problem) && { std::move(*this).Send(ProblemResponse(problem, request_id())); }

std::string_view Reply::request_id() const { return record_ ? std::string_view(record_->request_id) : std::string_view(); }

void Reply::AnswerIfDropped() {
  if (!mailbox_) return;
  runtime::log::Error("a handler dropped its reply",
                      {{"request_id", request_id()}, {"route", std::string_view(record_->route_pattern)}});
  std::move(*this).Fail({500, "INTERNAL", "The server could not answer this request."});
}

}  // namespace inkwell::gateway

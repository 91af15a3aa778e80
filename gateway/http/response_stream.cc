#include "gateway/http/response_stream.h"

#include <utility>

#include "gateway/http/mailbox.h"
#include "gateway/http/stream_pipe.h"

namespace inkwell::gateway {

ResponseStream::ResponseStream(std::shared_ptr<Mailbox> mailbox, std::shared_ptr<StreamPipe> pipe, std::uint32_t slot,
                               std::uint32_t generation, std::uint64_t sequence)
    : mailbox_(std::move(mailbox)), pipe_(std::move(pipe)), slot_(slot), generation_(generation), sequence_(sequence) {}

ResponseStream& ResponseStream::operator=(ResponseStream&& other) noexcept {
  if (this != &other) {
    CutIfDropped();
    mailbox_ = std::move(other.mailbox_);
    pipe_ = std::move(other.pipe_);
    slot_ = other.slot_;
    generation_ = other.generation_;
    sequence_ = other.sequence_;
  }
  return *this;
}

ResponseStream::~ResponseStream() { CutIfDropped(); }

void ResponseStream::Write(std::string bytes, std::function<void(bool)> written) {
  if (bytes.empty()) return written(true);
  // Not by this object after the pipe has the piece: `written` may already run elsewhere, and end the stream.
  const std::shared_ptr<Mailbox> mailbox = mailbox_;
  Completion progress{slot_, generation_, sequence_, {}, {}, true};
  pipe_->Put(std::move(bytes), std::move(written));
  mailbox->Post(std::move(progress));
}

void ResponseStream::Finish(std::string last) && {
  if (!pipe_) return;
  std::exchange(pipe_, nullptr)->End(std::move(last));
  Tell();
}

void ResponseStream::CutIfDropped() {
  if (!pipe_) return;
  std::exchange(pipe_, nullptr)->Cut();
  Tell();
}

void ResponseStream::Tell() const { mailbox_->Post({slot_, generation_, sequence_, {}, {}, true}); }

}  // namespace inkwell::gateway

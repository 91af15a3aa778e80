#include "gateway/http/output_queue.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace inkwell::gateway {

OutputQueue::Outcome OutputQueue::WriteTo(int fd, std::size_t& written) {
  while (!pieces_.empty()) {
    std::array<iovec, 32> parts{};
    std::size_t count = 0;
    std::size_t skip = offset_;
    const auto add = [&](std::string_view bytes) {
      if (skip >= bytes.size()) {
        skip -= bytes.size();
        return;
      }
      bytes.remove_prefix(skip);
      skip = 0;
      // sendmsg only reads, but iovec serves readers and writers.
      parts[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
    };
    for (std::size_t i = 0; i < pieces_.size() && count + 2 <= parts.size(); ++i) {
      add(pieces_[i].head);
      add(pieces_[i].body.view());
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN || errno == EWOULDBLOCK ? Outcome::kBlocked : Outcome::kBroken;
    }
    written += static_cast<std::size_t>(sent);
    Drop(static_cast<std::size_t>(sent));
  }
  return Outcome::kWritten;
}

std::size_t OutputQueue::held() const {
  std::size_t bytes = 0;
  for (const Piece& piece : pieces_) bytes += piece.head.capacity() + piece.body.held();
  return bytes;
}

void OutputQueue::Drop(std::size_t bytes) {
  offset_ += bytes;
  std::size_t finished = 0;
  while (finished < pieces_.size()) {
    const std::size_t size = pieces_[finished].head.size() + pieces_[finished].body.view().size();
    if (offset_ < size) break;
    offset_ -= size;
    ++finished;
  }
  pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(finished));
}

}  // namespace inkwell::gateway

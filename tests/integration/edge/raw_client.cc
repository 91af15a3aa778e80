#include "tests/integration/edge/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace inkwell::gateway {
namespace {

constexpr int kPatienceMs = 5000;

}  // namespace

RawClient::RawClient(std::uint16_t port, int receive_buffer) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
  const int on = 1;  // each Send leaves as it is
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

RawClient::~RawClient() {
  if (fd_ >= 0) ::close(fd_);
}

void RawClient::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void RawClient::FinishSending() const { ::shutdown(fd_, SHUT_WR); }

RawAnswer RawClient::Read(bool head_only) {
  RawAnswer answer;
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) return answer;
  }
  answer.head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  answer.status = std::atoi(answer.head.c_str() + sizeof("HTTP/1.1"));
  const std::size_t length_at = answer.head.find("\r\nContent-Length: ");
  if (head_only || length_at == std::string::npos) return answer;
  const auto length = static_cast<std::size_t>(std::atoll(answer.head.c_str() + length_at + sizeof("\r\nContent-Length:")));
  while (buffer_.size() < length) {
    if (!Fill()) return {};
  }
  answer.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return answer;
}

std::string RawClient::ReadUntil(std::string_view end) {
  std::size_t at = buffer_.find(end);
  while (at == std::string::npos) {
    const std::size_t searched = buffer_.size() < end.size() ? 0 : buffer_.size() - end.size() + 1;
    if (!Fill()) break;
    at = buffer_.find(end, searched);
  }
  const std::size_t size = at == std::string::npos ? buffer_.size() : at + end.size();
  std::string read = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return read;
}

bool RawClient::Ended() {
  pollfd input{fd_, POLLIN, 0};
  while (::poll(&input, 1, kPatienceMs) == 1) {
    std::array<char, 65536> bytes{};
    if (::recv(fd_, bytes.data(), bytes.size(), 0) <= 0) return true;
  }
  return false;
}

bool RawClient::HasInput() const {
  pollfd input{fd_, POLLIN, 0};
  return !buffer_.empty() || ::poll(&input, 1, 0) == 1;
}

bool RawClient::Fill() {
  pollfd input{fd_, POLLIN, 0};
  if (fd_ < 0 || ::poll(&input, 1, kPatienceMs) != 1) return false;
  std::array<char, 65536> bytes{};
  const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

}  // namespace inkwell::gateway

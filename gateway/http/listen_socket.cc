#include "gateway/http/listen_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace inkwell::gateway {
namespace {

constexpr int kBacklog = 4096;
constexpr int kUnsentBytes = 128 * 1024;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

bool ParseAddress(const std::string& text, std::uint16_t port, SocketAddress& address) {
  sockaddr_in v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&address.storage, &v4, sizeof(v4));
    address.length = sizeof(v4);
    return true;
  }
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) != 1) return false;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  std::memcpy(&address.storage, &v6, sizeof(v6));
  address.length = sizeof(v6);
  return true;
}

}  // namespace

runtime::Result<void> ListenSocket::Open(const std::string& address, std::uint16_t port) {
  SocketAddress local;
  if (!ParseAddress(address, port, local)) {
    return runtime::Fail(runtime::Code::kInvalidArgument, "BAD_ADDRESS", "the listen address is not a numeric address");
  }
  const auto failed = [&](const std::string& what) {
    const int error = errno;
    Close();
    return runtime::Fail(runtime::Code::kUnavailable, "LISTEN_FAILED",
                         "cannot " + what + " " + address + " port " + std::to_string(port) + ", errno " + std::to_string(error));
  };
  fd_ = ::socket(local.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return failed("open a socket for");
  const int on = 1;
  // SO_REUSEADDR, so that a restart need not wait for old connections; never SO_REUSEPORT, with which a second process would
  // silently take half of the traffic. TCP_NODELAY is inherited by accepted sockets.
  ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  // Inherited too: the kernel takes no more than this beyond what the client's window has room for, so that a client that reads
  // slowly is seen, and does not fill megabytes of socket buffer.
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytes, sizeof(kUnsentBytes));
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&local.storage), local.length) != 0) return failed("bind");
  if (::listen(fd_, kBacklog) != 0) return failed("listen on");
  socklen_t length = sizeof(local.storage);
  if (::getsockname(fd_, reinterpret_cast<sockaddr*>(&local.storage), &length) != 0) return failed("ask the port of");
  if (local.storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &local.storage, sizeof(v4));
    port_ = ntohs(v4.sin_port);
  } else {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &local.storage, sizeof(v6));
    port_ = ntohs(v6.sin6_port);
  }
  return {};
}

void ListenSocket::Close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace inkwell::gateway

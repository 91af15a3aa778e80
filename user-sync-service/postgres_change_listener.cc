#include "user-sync-service/postgres_change_listener.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <utility>

#include "runtime/log.h"
#include "user-sync-service/libpq.h"

namespace inkwell::users {
namespace {

namespace log = runtime::log;

constexpr char kListen[] = "LISTEN inkwell_users";
constexpr int kRetryMilliseconds = 500;
constexpr int kListenMilliseconds = 2000;

// Takes what has arrived. Whether there was a notification.
bool TakeNotifications(PGconn* connection) {
  bool any = false;
  while (PGnotify* const notification = PQnotifies(connection)) {
    any = true;
    PQfreemem(notification);
  }
  return any;
}

}  // namespace

PostgresChangeListener::PostgresChangeListener(std::string url, std::function<void()> wake)
    : url_(std::move(url)), wake_(std::move(wake)), stop_event_(eventfd(0, EFD_CLOEXEC)), thread_([this] { Run(); }) {}

PostgresChangeListener::~PostgresChangeListener() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(stop_event_, &one, sizeof one);
  thread_.join();
  close(stop_event_);
}

PostgresChangeListener::Waited PostgresChangeListener::Wait(int socket, int timeout_ms) const {
  std::array<pollfd, 2> polled{{{stop_event_, POLLIN, 0}, {socket, POLLIN, 0}}};
  const int ready = poll(polled.data(), polled.size(), timeout_ms);
  if (polled[0].revents != 0) return Waited::kStopped;
  return ready > 0 ? Waited::kReadable : Waited::kTimeout;
}

void PostgresChangeListener::Run() {
  bool worth_a_word = true;
  while (true) {
    if (Listen()) worth_a_word = true;
    if (Wait(-1, 0) == Waited::kStopped) return;
    if (std::exchange(worth_a_word, false)) log::Warn("cannot listen for changes; polling until the database is back");
    if (Wait(-1, kRetryMilliseconds) == Waited::kStopped) return;
  }
}

bool PostgresChangeListener::Listen() {
  const ConnectionPtr connection = Connect(url_, "user-sync-service listener");
  if (connection == nullptr || !StartListening(connection.get())) return false;
  log::Debug("listening for changes");
  wake_();
  while (Wait(PQsocket(connection.get()), -1) != Waited::kStopped && PQconsumeInput(connection.get()) == 1) {
    if (TakeNotifications(connection.get())) wake_();
  }
  return true;
}

bool PostgresChangeListener::StartListening(pg_conn* connection) const {
  if (PQsendQuery(connection, kListen) != 1) return false;
  while (PQisBusy(connection) == 1) {
    if (Wait(PQsocket(connection), kListenMilliseconds) != Waited::kReadable) return false;
    if (PQconsumeInput(connection) != 1) return false;
  }
  const ResultPtr listening(PQgetResult(connection));
  const ResultPtr end(PQgetResult(connection));
  return PQresultStatus(listening.get()) == PGRES_COMMAND_OK && end == nullptr;
}

}  // namespace inkwell::users

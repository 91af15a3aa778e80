#include "pool.h"

#include "runtime/log.h"
#include "sqlstate.h"

namespace inkwell::runtime {
namespace {

// Between attempts to connect to a server that refuses: its postmaster forks for each of them.
constexpr auto kRetryPause = std::chrono::milliseconds(50);
constexpr auto kLogPause = std::chrono::seconds(10);

}  // namespace

Pool::Pool(std::string connection_string, std::size_t connections, prometheus::Registry* metrics)
    : connection_string_(std::move(connection_string)), capacity_(connections), metrics_(metrics) {}

Pool::~Pool() { connecting_.Stop(); }  // first: it opens sessions into the other members

Result<std::unique_ptr<Session>> Pool::Lease(Deadline deadline) {
  const Deadline began = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  const std::uint64_t failures_before = failures_;
  while (true) {
    const Deadline now = std::chrono::steady_clock::now();
    if (now >= deadline) {
      return Fail(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", "No database connection became free in time.");
    }
    if (std::unique_ptr<Session> session = TakeIdle(lock)) {
      lock.unlock();
      metrics_.Leased(now - began);
      session->StartLease(deadline);
      return session;
    }
    const bool just_failed = failures_ > 0 && now < last_failure_time_ + kRetryPause;
    const bool may_connect = failures_ == failures_before && !just_failed;
    if (!may_connect && open_ == 0 && requested_ == 0) return tl::unexpected<Error>(last_failure_);
    ++waiting_;
    if (may_connect && requested_ < waiting_ && open_ + requested_ < capacity_) RequestConnection();
    metrics_.BeginWaiting();
    changed_.wait_until(lock, deadline);
    metrics_.EndWaiting();
    --waiting_;
  }
}

// Gives the mutex up while it looks at a session or drops dead ones; none if none is idle.
std::unique_ptr<Session> Pool::TakeIdle(std::unique_lock<std::mutex>& lock) {
  while (!idle_.empty()) {
    std::unique_ptr<Session> session = std::move(idle_.back());
    idle_.pop_back();
    lock.unlock();
    const bool alive = session->LooksAlive();
    if (!alive) DropIdle(std::move(session));
    lock.lock();
    if (alive) return session;
  }
  return nullptr;
}

void Pool::RequestConnection() {
  ++requested_;
  connecting_.Post([this] { OpenConnection(); });
}

void Pool::OpenConnection() {
  tl::expected<std::unique_ptr<Session>, std::string> session = Session::Open(connection_string_, watchdog_);
  const Deadline now = std::chrono::steady_clock::now();
  bool log_failure = false;
  {
    const std::lock_guard lock(mutex_);
    --requested_;
    if (session) {
      ++open_;
      idle_.push_back(*std::move(session));
    } else {
      ++failures_;
      last_failure_ = ErrorFromSqlState("", "");
      last_failure_time_ = now;
      log_failure = now >= last_failure_logged_ + kLogPause;
      if (log_failure) last_failure_logged_ = now;
    }
  }
  changed_.notify_all();
  if (log_failure)
    log::Warn("cannot connect to PostgreSQL; requests fail until it is back",
              {{"detail", session.error()}});  // NOLINT(bugprone-use-after-move)
}

void Pool::Return(std::unique_ptr<Session> session) {
  session->EndLease();
  metrics_.Returned();
  const bool reusable = session->IsReusable();
  {
    const std::lock_guard lock(mutex_);
    if (reusable) {
      idle_.push_back(std::move(session));
    } else {
      --open_;
    }
  }
  if (reusable) {
    changed_.notify_one();
  } else {
    changed_.notify_all();  // one of them may open another
  }
}

void Pool::DropIdle(std::unique_ptr<Session> dead) {
  // PostgreSQL restarted, most likely: the others are dead too, or will be found alive by opening them again.
  std::vector<std::unique_ptr<Session>> dropped;
  {
    const std::lock_guard lock(mutex_);
    dropped.swap(idle_);
    open_ -= dropped.size() + 1;
  }
  changed_.notify_all();
  log::Info("dropped dead database connections", {{"connections", static_cast<std::uint64_t>(dropped.size() + 1)}});
  dead.reset();
}

}  // namespace inkwell::runtime

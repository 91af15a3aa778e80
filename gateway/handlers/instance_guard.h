#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/auth/session_handler.h"
#include "gateway/handlers/service_call.h"
#include "inkwell/users/v1/users.grpc.pb.h"

namespace inkwell::gateway {

// Keeps sessions of another Clerk instance out: development and production must not meet in one database. The key that signed a
// token names the instance (`ins_…`); user-sync-service says whether it is the one that its copy belongs to. It is asked once for
// each key, beside the requests: they pass until it has said no, and while it cannot say. Other names of keys tell nothing.
// Thread-safe; never blocks.
class InstanceGuard final {
 public:
  using Stub = users::v1::UserService::StubInterface;
  using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

  // After an answer that was none, or a no, the next request asks again once this is over.
  static constexpr std::chrono::seconds kAskAgainAfter{30};

  // Calls are made within the service's budget.
  InstanceGuard(Service<Stub> users, SteadyClock clock) : clock_(std::move(clock)), users_(std::move(users)) {}

  // Answers 403 `instance-mismatch` instead of calling `next` for a session of another instance. It must outlive what it
  // returns.
  [[nodiscard]] SessionHandler Guard(SessionHandler next);

 private:
  enum class Verdict { kUnknown, kConfirmed, kRefused };
  struct Key {
    Verdict verdict = Verdict::kUnknown;
    std::chrono::steady_clock::time_point ask_at{};  // unless confirmed
  };

  [[nodiscard]] Verdict VerdictOn(const RequestInfo& request, const std::string& key_id);
  void Ask(const RequestInfo& request, const std::string& key_id);
  void Learn(const std::string& key_id, const runtime::Result<google::protobuf::Empty>& answer);

  const SteadyClock clock_;
  std::mutex mutex_;
  std::map<std::string, Key> keys_;  // guarded by mutex_
  const ServiceClient<Stub> users_;  // last: its calls use the members above
};

}  // namespace inkwell::gateway

#include "gateway/auth/key_refresher.h"

#include <chrono>
#include <stop_token>

#include "runtime/log.h"

namespace inkwell::gateway {
namespace {

// The authenticator itself decides whether a load is due; this only asks.
constexpr std::chrono::seconds kPause{2};

}  // namespace

KeyRefresher::KeyRefresher(const clerk::RequestAuthenticator& authenticator)
    : authenticator_(authenticator), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void KeyRefresher::Run(const std::stop_token& stop) {
  bool failing = false;
  while (!stop.stop_requested()) {
    const auto loaded = authenticator_.LoadKeys();
    if (loaded) {
      have_keys_.store(true, std::memory_order_relaxed);
      if (failing) runtime::log::Info("The session keys can be fetched again");
    } else if (!failing) {
      runtime::log::Warn("The session keys cannot be fetched",
                         {{"reason", clerk::ToString(loaded.error().reason)}, {"message", loaded.error().message}});
    }
    failing = !loaded;
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, kPause, [] { return false; });
  }
}

}  // namespace inkwell::gateway

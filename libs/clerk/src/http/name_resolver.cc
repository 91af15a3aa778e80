#include "http/name_resolver.h"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace clerk::http {

// One look-up under way.
struct NameResolver::Flight {
  bool ended = false;  // guarded by State::mutex, as is the rest
  std::vector<std::string> addresses{};
};

struct NameResolver::State {
  explicit State(LookUp function) : look_up(std::move(function)) {}

  void Run(const std::string& host, Flight& flight) {
    std::vector<std::string> addresses;
    try {
      addresses = look_up(host);
    } catch (...) {
      addresses.clear();  // nothing found is what it comes to
    }
    const std::lock_guard lock(mutex);
    flight.addresses = std::move(addresses);
    flight.ended = true;
    flights.erase(host);
    changed.notify_all();
  }

  const LookUp look_up;
  std::mutex mutex;
  std::condition_variable_any changed;
  std::map<std::string, std::shared_ptr<Flight>> flights;  // by host
};

std::vector<std::string> NameResolver::AskSystem(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(found, freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.data());
    }
  }
  return addresses;
}

NameResolver::NameResolver(LookUp look_up) : state_(std::make_shared<State>(std::move(look_up))) {}

std::optional<std::vector<std::string>> NameResolver::Resolve(const std::string& host, Time deadline,
                                                              const std::stop_token& cancel) {
  std::unique_lock lock(state_->mutex);
  auto entry = state_->flights.find(host);
  if (entry == state_->flights.end()) {
    // A flight stands in the map only while a thread is there to end it.
    auto started = std::make_shared<Flight>();
    entry = state_->flights.emplace(host, started).first;
    try {
      // Detached, because it can be neither ended nor waited for; it owns what it touches.
      std::thread([state = state_, started, host] { state->Run(host, *started); }).detach();
    } catch (...) {
      state_->flights.erase(entry);
      return std::vector<std::string>();
    }
  }
  const auto flight = entry->second;
  if (!state_->changed.wait_until(lock, cancel, deadline, [&flight] { return flight->ended; })) return std::nullopt;
  return flight->addresses;
}

}  // namespace clerk::http

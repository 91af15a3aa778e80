#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace clerk::http {

// Looks host names up within a deadline. The system's look-up can neither be bounded nor ended, so each runs on a thread of its
// own that nobody waits for longer than he wants to. Those who ask for a name that is being looked up wait for the same answer:
// a resolver that hangs costs one thread for each host. Thread-safe; may be destroyed while look-ups go on.
class NameResolver final {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // The addresses of a host as numeric text, in the order in which to try them; none if the name is not known. May block for as
  // long as it likes.
  using LookUp = std::function<std::vector<std::string>(const std::string& host)>;

  // The system's: getaddrinfo.
  static std::vector<std::string> AskSystem(const std::string& host);

  explicit NameResolver(LookUp look_up = AskSystem);

  // What the look-up says; nullopt if it has not by the deadline, or `cancel` was requested before.
  [[nodiscard]] std::optional<std::vector<std::string>> Resolve(const std::string& host, Time deadline,
                                                                const std::stop_token& cancel);

 private:
  struct Flight;
  struct State;

  std::shared_ptr<State> state_;  // also of the look-ups under way
};

}  // namespace clerk::http

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "clerk/clock.h"

namespace clerk::conformance {

using Json = nlohmann::json;

// A clock that stands still.
class FrozenClock final : public Clock {
 public:
  explicit FrozenClock(std::chrono::milliseconds since_epoch)
      : now_(std::chrono::duration_cast<std::chrono::system_clock::duration>(since_epoch)) {}

  [[nodiscard]] std::chrono::system_clock::time_point Now() const override { return now_; }
  [[nodiscard]] std::chrono::steady_clock::time_point SteadyNow() const override { return {}; }
  void SleepFor(std::chrono::milliseconds) const override {}

 private:
  std::chrono::system_clock::time_point now_;
};

// Checks one vector: "" if it passes, else what was expected and what came.
using Check = std::function<std::string(const Json& vector)>;

// Runs each line of the file through the check, prints a line per failure and "passed/total" last. A line that is no vector, or
// lacks what the check needs, is a failure like another. Returns the exit code: 0 if all passed, 1 if not, 2 if the file cannot
// be read or has only blank lines.
[[nodiscard]] int RunVectorFile(const std::string& path, const Check& check);

// Whether the verdict is the recorded one or one that the vector accepts as well.
[[nodiscard]] bool IsAccepted(const Json& vector, const std::string& recorded, const std::string& got);

// Equality as JavaScript sees it: numbers compare as doubles.
[[nodiscard]] bool SameValue(const Json& a, const Json& b);

}  // namespace clerk::conformance

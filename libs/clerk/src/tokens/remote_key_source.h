#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "clerk/clock.h"
#include "clerk/token_verifier.h"
#include "tokens/key_source.h"

namespace clerk::tokens {

// The key set behind a URL, cached (contract, section 4.2).
//
// - One load at a time: whoever needs one while it runs waits for it.
// - Keys are fresh for `fresh_for`. After that they serve only while a load runs or has just failed, for `outage_grace`.
// - An unknown kid loads at most once per `unknown_kid_interval`.
// - A load replaces the whole set: a key that is gone from the endpoint is gone here. It changes the generation only if the
//   keys differ.
class RemoteKeySource final : public KeySource {
 public:
  // `options.http` is set; `clock` outlives the source.
  RemoteKeySource(RemoteJwks options, const Clock& clock);

  std::optional<Result<FoundKey>> TryFind(std::optional<std::string_view> kid) override;
  Result<FoundKey> Find(std::optional<std::string_view> kid) override;
  std::optional<std::uint64_t> Generation() override;
  Result<void> Load() override;

  [[nodiscard]] std::uint64_t loads() const;
  [[nodiscard]] std::uint64_t failures() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  using Lock = std::unique_lock<std::mutex>;
  using KeysResult = Result<std::shared_ptr<const KeySet>>;

  // With the mutex held.
  [[nodiscard]] bool IsYoungerThan(std::chrono::milliseconds age, Time now) const;
  [[nodiscard]] bool IsPausing(Time now) const;
  [[nodiscard]] bool MayServe(Time now) const;
  [[nodiscard]] std::optional<Result<FoundKey>> FindInMemory(std::optional<std::string_view> kid, Time now) const;
  [[nodiscard]] Result<FoundKey> FindAfterLoad(std::optional<std::string_view> kid, const Result<void>& load, Time now) const;
  void Apply(const KeysResult& result, Time now);

  // Runs a load or waits for the one that runs; releases the lock meanwhile.
  [[nodiscard]] Result<void> LoadOrWait(Lock& lock);
  // Without the mutex: the requests, with their retries.
  [[nodiscard]] KeysResult Fetch() const;
  [[nodiscard]] KeysResult FetchOnce(bool& may_retry) const;

  const RemoteJwks options_;
  const Clock& clock_;
  const std::chrono::milliseconds load_budget_;  // what a load takes at most

  mutable std::mutex mutex_;
  std::condition_variable loaded_;
  std::shared_ptr<const KeySet> keys_;
  std::uint64_t generation_ = 0;
  Time loaded_at_{};
  bool loading_ = false;
  std::uint64_t finished_loads_ = 0;  // good and bad
  std::uint64_t loads_ = 0;
  std::uint64_t failures_ = 0;
  std::optional<Error> last_failure_;  // of the last load; empty if it succeeded
  Time failed_at_{};
  std::optional<Time> unknown_kid_load_at_;
};

}  // namespace clerk::tokens

#include "tokens/remote_key_source.h"

#include <algorithm>
#include <exception>
#include <random>
#include <utility>

#include "encoding/json.h"
#include "http/clerk_headers.h"

namespace clerk::tokens {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{125};

Error FailedToLoad(const char* message) { return {ErrorReason::kJwkRemoteFailedToLoad, message}; }

// Before attempt n + 1: 125 ms * 2^n times a factor in [1, 2), so that many processes do not come back at once.
milliseconds PauseAfter(int attempt) {
  thread_local std::minstd_rand random(std::random_device{}());
  const double factor = std::uniform_real_distribution<double>(1.0, 2.0)(random);
  const auto base = static_cast<double>(kFirstPause.count()) * static_cast<double>(1U << std::min(attempt, 10));
  return milliseconds(static_cast<std::int64_t>(base * factor));
}

milliseconds Budget(const RemoteJwks& options) {
  milliseconds budget = options.attempt_timeout * options.max_attempts;
  for (int attempt = 0; attempt + 1 < options.max_attempts; ++attempt) budget += kFirstPause * (2U << std::min(attempt, 10));
  return budget + std::chrono::seconds(1);
}

bool SaysSecretKeyIsInvalid(std::string_view body) {
  const auto document = encoding::ParseJson(body);
  if (!document) return false;
  const encoding::Json* errors = encoding::Member(*document, "errors");
  if (errors == nullptr || !errors->is_array()) return false;
  return std::any_of(errors->begin(), errors->end(), [](const encoding::Json& error) {
    const std::string* code = encoding::StringMember(error, "code");
    return code != nullptr && *code == "clerk_key_invalid";
  });
}

}  // namespace

RemoteKeySource::RemoteKeySource(RemoteJwks options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), load_budget_(Budget(options_)) {}

std::optional<Result<FoundKey>> RemoteKeySource::TryFind(std::optional<std::string_view> kid) {
  const Lock lock(mutex_);
  return FindInMemory(kid, clock_.SteadyNow());
}

Result<FoundKey> RemoteKeySource::Find(std::optional<std::string_view> kid) {
  Lock lock(mutex_);
  const Time now = clock_.SteadyNow();
  if (auto found = FindInMemory(kid, now)) return std::move(*found);
  const bool for_unknown_kid = !loading_ && IsYoungerThan(options_.fresh_for, now);
  const Result<void> load = LoadOrWait(lock);
  // A load that failed says nothing about the kid, and has its own pause.
  if (for_unknown_kid && load) unknown_kid_load_at_ = now;
  return FindAfterLoad(kid, load, clock_.SteadyNow());
}

std::optional<std::uint64_t> RemoteKeySource::Generation() {
  const Lock lock(mutex_);
  return MayServe(clock_.SteadyNow()) ? std::optional(generation_) : std::nullopt;
}

Result<void> RemoteKeySource::Load() {
  Lock lock(mutex_);
  const Time now = clock_.SteadyNow();
  if (IsYoungerThan(options_.refresh_after, now)) return {};
  if (!loading_ && IsPausing(now)) return *last_failure_;
  return LoadOrWait(lock);
}

std::uint64_t RemoteKeySource::loads() const {
  const Lock lock(mutex_);
  return loads_;
}

std::uint64_t RemoteKeySource::failures() const {
  const Lock lock(mutex_);
  return failures_;
}

bool RemoteKeySource::IsYoungerThan(milliseconds age, Time now) const { return keys_ != nullptr && now - loaded_at_ < age; }

bool RemoteKeySource::IsPausing(Time now) const { return last_failure_ && now - failed_at_ < options_.failure_pause; }

// Keys past their time serve while somebody tries to renew them, so that neither a slow nor a failing endpoint stops requests.
bool RemoteKeySource::MayServe(Time now) const {
  if (IsYoungerThan(options_.fresh_for, now)) return true;
  return IsYoungerThan(options_.fresh_for + options_.outage_grace, now) && (loading_ || IsPausing(now));
}

std::optional<Result<FoundKey>> RemoteKeySource::FindInMemory(std::optional<std::string_view> kid, Time now) const {
  if (!MayServe(now)) {
    if (!loading_ && IsPausing(now)) return Result<FoundKey>(*last_failure_);
    return std::nullopt;
  }
  // A kid that is no string is no key's name; asking again would not change that.
  if (!kid) return Result<FoundKey>(KidMismatch());
  if (const auto* key = keys_->Find(*kid)) return Result<FoundKey>(FoundKey{*key, generation_});
  if (loading_) return std::nullopt;
  const bool may_load = !unknown_kid_load_at_ || now - *unknown_kid_load_at_ >= options_.unknown_kid_interval;
  if (may_load && IsPausing(now)) return Result<FoundKey>(*last_failure_);
  if (may_load) return std::nullopt;
  return Result<FoundKey>(KidMismatch());
}

Result<FoundKey> RemoteKeySource::FindAfterLoad(std::optional<std::string_view> kid, const Result<void>& load, Time now) const {
  // What has just come serves those who waited for it, however short its time is.
  if (!load && !MayServe(now)) return load.error();
  if (const auto* key = kid ? keys_->Find(*kid) : nullptr) return FoundKey{*key, generation_};
  if (!load) return load.error();
  return KidMismatch();
}

Result<void> RemoteKeySource::LoadOrWait(Lock& lock) {
  if (loading_) {
    const std::uint64_t before = finished_loads_;
    if (!loaded_.wait_for(lock, load_budget_, [&] { return finished_loads_ != before; })) {
      return FailedToLoad("The key set did not arrive in time.");
    }
  } else {
    loading_ = true;
    lock.unlock();
    const KeysResult result = Fetch();
    lock.lock();
    loading_ = false;
    Apply(result, clock_.SteadyNow());
    loaded_.notify_all();
  }
  return last_failure_ ? Result<void>(*last_failure_) : Result<void>();
}

void RemoteKeySource::Apply(const KeysResult& result, Time now) {
  ++finished_loads_;
  if (!result) {
    ++failures_;
    last_failure_ = result.error();
    failed_at_ = now;
    return;
  }
  ++loads_;
  last_failure_.reset();
  loaded_at_ = now;
  if (keys_ != nullptr && keys_->SameAs(**result)) return;
  keys_ = *result;
  ++generation_;
}

RemoteKeySource::KeysResult RemoteKeySource::Fetch() const try {
  KeysResult result = FailedToLoad("No attempt was made to fetch the key set.");
  for (int attempt = 0; attempt < options_.max_attempts; ++attempt) {
    if (attempt > 0) clock_.SleepFor(PauseAfter(attempt - 1));
    bool may_retry = false;
    result = FetchOnce(may_retry);
    if (result || !may_retry) break;
  }
  return result;
} catch (const std::exception&) {
  // A foreign HttpClient may throw after all; a load that never ends would stop every request.
  return FailedToLoad("The key set could not be fetched.");
}

RemoteKeySource::KeysResult RemoteKeySource::FetchOnce(bool& may_retry) const {
  HttpRequest request;
  request.url = options_.url;
  request.headers = {
      {"Accept", "application/json"}, {"Content-Type", "application/json"}, {"User-Agent", std::string(http::kUserAgent)}};
  if (!options_.bearer.empty()) {
    request.headers.push_back({"Authorization", "Bearer " + options_.bearer});
    request.headers.push_back({"Clerk-API-Version", std::string(http::kApiVersion)});
  }
  request.timeout = options_.attempt_timeout;
  request.max_response_bytes = options_.max_response_bytes;

  may_retry = true;
  const auto response = options_.http->Send(request);
  if (!response) {
    may_retry = response.error().failure != HttpFailure::kTooLarge;
    return FailedToLoad("The key set could not be fetched.");
  }
  if (response->status < 200 || response->status > 299) {
    if (SaysSecretKeyIsInvalid(response->body)) return Error{ErrorReason::kSecretKeyInvalid, "Clerk refused the secret key."};
    return FailedToLoad("The key set could not be fetched: the endpoint answered with an error.");
  }
  may_retry = false;
  auto keys = KeySet::Parse(response->body);
  if (keys == nullptr) return FailedToLoad("The endpoint's answer is not a key set.");
  return keys;
}

}  // namespace clerk::tokens

#include "clerk-emulator/webhooks/webhook_sender.h"

#include <algorithm>

#include "clerk-emulator/webhooks/webhook_signature.h"
#include "runtime/log.h"

namespace inkwell::emulator {
namespace {

// Messages that are delivered or given up are kept for the list of deliveries and for replays, the newest of them.
constexpr std::size_t kMaxMessages = 1000;

constexpr std::size_t kMaxHistory = 20;

// When Svix gives an endpoint up (contract 7.4).
constexpr std::chrono::hours kFailingUntilDisabled{5 * 24};

// Bounds how late a worker notices that an injected clock has jumped.
constexpr std::chrono::milliseconds kMaxWait{1000};

void ForgetOldMessages(const State& state, Changes& changes) {
  if (state.messages.size() <= kMaxMessages) return;
  auto surplus = state.messages.size() - kMaxMessages;
  for (const auto& [sequence, message] : state.messages) {
    if (surplus == 0) return;
    if (message.progress.state == MessageState::kPending) continue;
    changes.emplace_back(MessageErased{sequence});
    --surplus;
  }
}

void AddHealth(const State& state, bool accepted, UnixMillis now, Changes& changes) {
  auto health = state.endpoint;
  if (accepted) {
    if (health.failing_since.value != 0) changes.emplace_back(EndpointHealth{});
    return;
  }
  if (health.failing_since.value == 0) {
    health.failing_since = now;
  } else if (health.disabled_at.value == 0 && now - health.failing_since >= kFailingUntilDisabled) {
    health.disabled_at = now;
  } else {
    return;
  }
  changes.emplace_back(health);
}

}  // namespace

runtime::Result<std::unique_ptr<WebhookSender>> WebhookSender::Make(Options options, StateStore& store, const Clock& clock) {
  std::vector<std::unique_ptr<WebhookEndpoint>> endpoints;
  for (std::size_t i = 0; i < options.threads; ++i) {
    auto endpoint = WebhookEndpoint::Open(options.url);
    if (!endpoint) return tl::unexpected(endpoint.error());
    endpoints.push_back(std::move(*endpoint));
  }
  return std::unique_ptr<WebhookSender>(new WebhookSender(std::move(options), store, clock, std::move(endpoints)));
}

WebhookSender::WebhookSender(Options options, StateStore& store, const Clock& clock,
                             std::vector<std::unique_ptr<WebhookEndpoint>> endpoints)
    : options_(std::move(options)), store_(store), clock_(clock), endpoints_(std::move(endpoints)) {
  store_.View([this](const State& state) {
    for (const auto& [sequence, message] : state.messages) {
      if (message.progress.state == MessageState::kPending) queue_.emplace(message.progress.next_attempt_at, sequence);
    }
  });
  store_.OnMessages([this](const std::vector<MessageProgress>& added) {
    for (const auto& progress : added) {
      for (const auto& [due, sequence] : faults_.Plan(progress.sequence, progress.next_attempt_at)) Enqueue(sequence, due);
    }
  });
}

WebhookSender::~WebhookSender() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  for (auto& worker : workers_) worker.request_stop();
  // Repeated, because an attempt that has not connected yet cannot be aborted.
  while (working_ > 0) {
    lock.unlock();
    for (const auto& endpoint : endpoints_) endpoint->Abort();
    lock.lock();
    changed_.wait_for(lock, std::chrono::milliseconds(20), [this] { return working_ == 0; });
  }
}

void WebhookSender::Start() {
  const std::lock_guard lock(mutex_);
  for (const auto& endpoint : endpoints_) {
    ++working_;
    workers_.emplace_back([this, &endpoint = *endpoint](std::stop_token stop) { Work(stop, endpoint); });
  }
}

void WebhookSender::Enqueue(std::uint64_t sequence, UnixMillis due) {
  {
    const std::lock_guard lock(mutex_);
    queue_.emplace(due, sequence);
  }
  changed_.notify_one();
}

bool WebhookSender::HasDue() const {
  const auto now = clock_.Now();
  return !stopping_ && !queue_.empty() && now >= held_until_ && now >= queue_.begin()->first;
}

std::optional<std::uint64_t> WebhookSender::Claim() {
  if (!HasDue()) return std::nullopt;
  return queue_.extract(queue_.begin()).value().second;
}

std::chrono::milliseconds WebhookSender::UntilNextDue() const {
  if (queue_.empty()) return kMaxWait;
  const auto due = std::max(queue_.begin()->first, held_until_);
  return std::clamp(due - clock_.Now(), std::chrono::milliseconds(1), kMaxWait);
}

void WebhookSender::Work(std::stop_token stop, WebhookEndpoint& endpoint) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto sequence = Claim();
    if (!sequence) {
      changed_.wait_for(lock, stop, UntilNextDue(), [this] { return HasDue(); });
      continue;
    }
    lock.unlock();
    Attempt(*sequence, endpoint);
    lock.lock();
  }
  --working_;
  changed_.notify_all();
}

std::size_t WebhookSender::DeliverDue() {
  std::size_t attempts = 0;
  while (true) {
    std::optional<std::uint64_t> sequence;
    {
      const std::lock_guard lock(mutex_);
      sequence = Claim();
    }
    if (!sequence) return attempts;
    Attempt(*sequence, *endpoints_.front());
    ++attempts;
  }
}

void WebhookSender::Attempt(std::uint64_t sequence, WebhookEndpoint& endpoint) {
  bool disabled = false;
  const auto message = store_.View([&](const State& state) -> std::optional<WebhookMessage> {
    disabled = state.endpoint.disabled_at.value != 0;
    const auto found = state.messages.find(sequence);
    return found == state.messages.end() ? std::nullopt : std::optional(found->second);
  });
  // A reset or a restored snapshot may have settled, erased or put off what was in the queue.
  if (!message || message->progress.state != MessageState::kPending) return;
  if (clock_.Now() < message->progress.next_attempt_at) {
    Enqueue(sequence, message->progress.next_attempt_at);
    return;
  }
  const auto fate = faults_.Take(sequence);
  if (disabled || fate == WebhookFaults::Fate::kNever) {
    auto progress = message->progress;
    progress.state = MessageState::kFailed;
    progress.last_error = disabled ? "the endpoint is disabled" : "dropped by the control API";
    Record(*message, progress, std::nullopt);
    return;
  }
  auto result = Send(*message, endpoint);
  if (fate == WebhookFaults::Fate::kTwice) result = Send(*message, endpoint);
  {
    // An attempt that our own end cut short says nothing about the endpoint: it is made again after the restart.
    const std::lock_guard lock(mutex_);
    if (stopping_ && !result.accepted()) return;
  }
  Record(*message, NextProgress(message->progress, result), result.accepted());
}

AttemptResult WebhookSender::Send(const WebhookMessage& message, WebhookEndpoint& endpoint) const {
  const auto timestamp = clock_.Now().seconds();
  const auto signature = SignWebhook(options_.key, message.id, timestamp, message.body);
  return endpoint.Post({message.id, timestamp, signature, message.body});
}

MessageProgress WebhookSender::NextProgress(const MessageProgress& before, const AttemptResult& result) const {
  auto progress = before;
  ++progress.attempts;
  progress.last_status = result.status;
  progress.last_error = result.error;
  progress.history.push_back({clock_.Now(), result.status, result.error});
  if (progress.history.size() > kMaxHistory) progress.history.erase(progress.history.begin());
  const auto step = static_cast<std::size_t>(progress.schedule_step);
  if (result.accepted()) {
    progress.state = MessageState::kDelivered;
  } else if (step >= options_.retry_schedule.size()) {
    progress.state = MessageState::kFailed;
  } else {
    progress.next_attempt_at = clock_.Now() + options_.retry_schedule[step];
    ++progress.schedule_step;
  }
  return progress;
}

void WebhookSender::Record(const WebhookMessage& message, const MessageProgress& progress, std::optional<bool> accepted) {
  const auto recorded = store_.Update(
      [&](const State& state, Changes& changes) -> ClerkResult<bool> {
        changes.emplace_back(progress);
        if (accepted) AddHealth(state, *accepted, clock_.Now(), changes);
        ForgetOldMessages(state, changes);
        return true;
      },
      StateStore::Durability::kEventually);
  if (progress.state == MessageState::kPending) Enqueue(progress.sequence, progress.next_attempt_at);
  const auto level = progress.state == MessageState::kDelivered ? runtime::log::Level::kDebug : runtime::log::Level::kWarn;
  runtime::log::Write(level, "webhook attempt",
                      {{"svix_id", message.id},
                       {"type", message.type},
                       {"state", ToString(progress.state)},
                       {"attempts", progress.attempts},
                       {"status", progress.last_status},
                       {"error", progress.last_error},
                       {"recorded", recorded.has_value()}});
}

void WebhookSender::Order(const WebhookFault& fault) { faults_.Add(fault); }

void WebhookSender::ClearFaults() {
  for (const auto& [due, sequence] : faults_.Clear(clock_.Now())) Enqueue(sequence, due);
}

ClerkResult<void> WebhookSender::Enable() {
  return store_.Update([](const State&, Changes& changes) -> ClerkResult<void> {
    changes.emplace_back(EndpointHealth{});
    return {};
  });
}

void WebhookSender::Hold(std::chrono::milliseconds duration) {
  const std::lock_guard lock(mutex_);
  held_until_ = clock_.Now() + duration;
}

void WebhookSender::Release() {
  {
    const std::lock_guard lock(mutex_);
    held_until_ = {};
  }
  changed_.notify_all();
}

std::optional<UnixMillis> WebhookSender::held_until() const {
  const std::lock_guard lock(mutex_);
  return clock_.Now() < held_until_ ? std::optional(held_until_) : std::nullopt;
}

ClerkResult<WebhookMessage> WebhookSender::Replay(const std::string& message_id) {
  auto replayed = store_.Update([&](const State& state, Changes& changes) -> ClerkResult<WebhookMessage> {
    const auto found = std::find_if(state.messages.begin(), state.messages.end(),
                                    [&](const auto& entry) { return entry.second.id == message_id; });
    if (found == state.messages.end())
      return tl::unexpected(ResourceNotFound("No delivery was found with id " + message_id + "."));
    auto message = found->second;
    message.progress.state = MessageState::kPending;
    message.progress.schedule_step = 0;
    message.progress.next_attempt_at = clock_.Now();
    changes.emplace_back(message.progress);
    return message;
  });
  if (replayed) {
    const std::lock_guard lock(mutex_);
    std::erase_if(queue_, [&](const auto& entry) { return entry.second == replayed->sequence; });
    queue_.emplace(replayed->progress.next_attempt_at, replayed->sequence);
  }
  changed_.notify_all();
  return replayed;
}

}  // namespace inkwell::emulator

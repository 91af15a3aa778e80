#include "clerk-emulator/control_api/state_routes.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "clerk-emulator/base/durable_file.h"
#include "clerk-emulator/http/json_body.h"
#include "clerk-emulator/model/state_json.h"
#include "runtime/log.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxAdvanceSeconds = 315'360'000;  // ten years

bool IsName(const std::string& text) {
  return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

HttpResponse CountsOf(const StateStore& store) {
  return store.View([](const State& state) {
    const json counts = {{"users", state.users.size()}, {"sessions", state.sessions.size()}, {"webhooks", state.messages.size()}};
    return HttpResponse{200, counts.dump() + "\n", "application/json", {}};
  });
}

ClerkError Unusable(const runtime::Error& error) {
  runtime::log::Error("file not usable", {{"reason", error.reason}, {"message", error.message}});
  return InternalError();
}

}  // namespace

StateRoutes::StateRoutes(StateStore& store, AdjustableClock& clock, ApiFaults& api_faults, WebhookSender* sender,
                         std::filesystem::path directory, std::function<ClerkResult<void>()> begin_anew)
    : store_(store),
      clock_(clock),
      api_faults_(api_faults),
      sender_(sender),
      directory_(std::move(directory)),
      begin_anew_(std::move(begin_anew)) {}

void StateRoutes::AddTo(Router& router, ControlPeers peers) {
  const auto add = [&router, peers](const char* method, const char* pattern, HttpHandler handler) {
    router.Add(method, pattern, LocalOnly(std::move(handler), peers));
  };
  add("POST", "/_emulator/reset", [this](const HttpRequest&) { return Reset(); });
  add("POST", "/_emulator/snapshots/{name}", [this](const HttpRequest& request) { return Save(request); });
  add("POST", "/_emulator/snapshots/{name}/restore", [this](const HttpRequest& request) { return Restore(request); });
  add("GET", "/_emulator/clock", [this](const HttpRequest&) { return Time(); });
  add("POST", "/_emulator/clock", [this](const HttpRequest& request) { return Advance(request); });
}

HttpResponse StateRoutes::Reset() {
  api_faults_.Clear();
  if (sender_ != nullptr) {
    sender_->ClearFaults();
    sender_->Release();
  }
  clock_.Reset();
  if (auto kept = KeepClock(directory_, clock_.ahead()); !kept) return ErrorResponse(Unusable(kept.error()));
  const auto emptied = store_.Update([](const State& state, Changes& changes) -> ClerkResult<void> {
    AddReplacement(state, State(), changes);
    return {};
  });
  if (!emptied) return ErrorResponse(emptied.error());
  if (auto begun = begin_anew_(); !begun) return ErrorResponse(begun.error());
  return CountsOf(store_);
}

ClerkResult<std::filesystem::path> StateRoutes::FileOf(const HttpRequest& request) const {
  const auto& name = request.path_arguments[0];
  if (!IsName(name)) return tl::unexpected(ParamFormatInvalid("name", "a to z, 0 to 9, - or _, at most 64"));
  return directory_ / "snapshots" / (name + ".jsonl");
}

HttpResponse StateRoutes::Save(const HttpRequest& request) {
  const auto file = FileOf(request);
  if (!file) return ErrorResponse(file.error());
  std::error_code ignored;  // the write then fails
  std::filesystem::create_directories(file->parent_path(), ignored);
  const auto content = store_.View([](const State& state) { return EncodeState(state); });
  if (auto written = WriteFileAtomically(*file, content); !written) return ErrorResponse(Unusable(written.error()));
  return CountsOf(store_);
}

HttpResponse StateRoutes::Restore(const HttpRequest& request) {
  const auto file = FileOf(request);
  if (!file) return ErrorResponse(file.error());
  const auto content = ReadFile(*file);
  if (!content) return ErrorResponse(Unusable(content.error()));
  if (!*content) return ErrorResponse(ResourceNotFound("There is no snapshot of this name."));
  const auto wanted = DecodeState(**content);
  if (!wanted) return ErrorResponse(Unusable(wanted.error()));
  const auto restored = store_.Update([&](const State& state, Changes& changes) -> ClerkResult<void> {
    AddReplacement(state, *wanted, changes);
    return {};
  });
  if (!restored) return ErrorResponse(restored.error());
  return CountsOf(store_);
}

HttpResponse StateRoutes::Advance(const HttpRequest& request) {
  JsonBody body(request.body);
  const auto seconds = body.Integer("advance_seconds", 1, kMaxAdvanceSeconds);
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  if (!seconds) return ErrorResponse(ParamMissing("advance_seconds"));
  if (clock_.ahead() + std::chrono::seconds(*seconds) > std::chrono::seconds(kMaxAdvanceSeconds)) {
    return ErrorResponse(ParamValueInvalid("advance_seconds", "no more than ten years in all"));
  }
  clock_.Advance(std::chrono::seconds(*seconds));
  if (auto kept = KeepClock(directory_, clock_.ahead()); !kept) return ErrorResponse(Unusable(kept.error()));
  if (sender_ != nullptr) sender_->Wake();
  return Time();
}

HttpResponse StateRoutes::Time() const {
  const json time = {{"now", clock_.Now().value}, {"ahead_ms", clock_.ahead().count()}};
  return {200, time.dump() + "\n", "application/json", {}};
}

}  // namespace inkwell::emulator

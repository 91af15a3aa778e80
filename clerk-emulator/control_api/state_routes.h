#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "clerk-emulator/backend_api/api_faults.h"
#include "clerk-emulator/base/adjustable_clock.h"
#include "clerk-emulator/control_api/local_only.h"
#include "clerk-emulator/http/http.h"
#include "clerk-emulator/model/state_store.h"
#include "clerk-emulator/webhooks/webhook_sender.h"

namespace inkwell::emulator {

// The state as a whole, and the time. Thread-safe.
//
//   POST /_emulator/reset: as at the first start, seed included; faults, pictures and the clock too
//   POST /_emulator/snapshots/{name}, POST /_emulator/snapshots/{name}/restore: users, sessions, browsers, webhooks; not the
//        clock, nor faults. Kept in the data directory. Names: a to z, 0 to 9, - and _, at most 64.
//   GET  /_emulator/clock, POST /_emulator/clock {advance_seconds} -> {now, ahead_ms}; a restart keeps it
class StateRoutes final {
 public:
  // `directory` is the data directory. `begin_anew` removes what the state no longer names and adds what an empty state begins
  // with. `sender` is null if no endpoint for webhooks is set.
  StateRoutes(StateStore& store, AdjustableClock& clock, ApiFaults& api_faults, WebhookSender* sender,
              std::filesystem::path directory, std::function<ClerkResult<void>()> begin_anew);

  // The handlers keep a reference to this object.
  void AddTo(Router& router, ControlPeers peers);

 private:
  HttpResponse Reset();
  HttpResponse Save(const HttpRequest& request);
  HttpResponse Restore(const HttpRequest& request);
  HttpResponse Advance(const HttpRequest& request);
  [[nodiscard]] HttpResponse Time() const;
  [[nodiscard]] ClerkResult<std::filesystem::path> FileOf(const HttpRequest& request) const;

  StateStore& store_;
  AdjustableClock& clock_;
  ApiFaults& api_faults_;
  WebhookSender* const sender_;
  const std::filesystem::path directory_;
  const std::function<ClerkResult<void>()> begin_anew_;
};

}  // namespace inkwell::emulator

#pragma once

#include "clerk-emulator/backend_api/api_faults.h"
#include "clerk-emulator/control_api/local_only.h"
#include "clerk-emulator/http/http.h"
#include "clerk-emulator/webhooks/webhook_sender.h"

namespace inkwell::emulator {

// Orders failures. Thread-safe.
//
//   POST /_emulator/faults {path?, method?, status?, retry_after_seconds?, delay_ms?, calls?, seconds?}: calls of the Backend API
//        that fit are answered with `status` (429, 500 to 599) or are only late; the next `calls` ones, or for `seconds`, or
//        until they are cleared. -> {faults: […]}
//   GET  /_emulator/faults, POST /_emulator/faults/clear -> {faults: […]}
//   POST /_emulator/webhooks/faults {kind: drop | double | reorder | delay, messages?, delay_ms?}: the next `messages` (1)
//   POST /_emulator/webhooks/faults/clear: what waits is sent now
//   POST /_emulator/webhooks/enable: once the endpoint was disabled because it failed for five days
class FaultRoutes final {
 public:
  // `sender` is null if no endpoint for webhooks is set.
  FaultRoutes(ApiFaults& api_faults, WebhookSender* sender, const Clock& clock);

  // The handlers keep a reference to this object.
  void AddTo(Router& router, ControlPeers peers);

 private:
  HttpResponse Order(const HttpRequest& request);
  HttpResponse List();
  HttpResponse OrderWebhooks(const HttpRequest& request);

  ApiFaults& api_faults_;
  WebhookSender* const sender_;
  const Clock& clock_;
};

}  // namespace inkwell::emulator

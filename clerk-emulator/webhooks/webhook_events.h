#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "clerk-emulator/model/model.h"

namespace inkwell::emulator {

// Whose request caused an event: the envelope's event_attributes.
struct Caller {
  std::string client_address;
  std::string user_agent;
};

// One step of the state while it is decided: what is, what shall be, for whom and when.
struct Step {
  const State& state;
  Changes& changes;
  const Caller& caller;
  UnixMillis now;
};

// Writes webhook messages into the same step as the change that they announce. Immutable, thread-safe.
class WebhookEvents final {
 public:
  // Without an endpoint (`enabled` false) events are not kept: there is nobody to deliver them to, as in Svix.
  WebhookEvents(std::string instance_id, bool enabled);

  // Adds the message with the envelope of contract 7.3 around `data`.
  void Add(const Step& step, std::string_view type, std::string_view object_id, const nlohmann::json& data) const;

 private:
  const std::string instance_id_;
  const bool enabled_;
};

}  // namespace inkwell::emulator

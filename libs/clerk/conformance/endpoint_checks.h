#pragma once

#include <functional>
#include <string>
#include <vector>

#include "endpoint_sender.h"

namespace clerk::conformance {

struct EndpointTarget {
  const EndpointSender& sender;
  std::string old_secret;   // accepted beside the other while secrets are rotated; "": none
  std::string instance_id;  // that the events name; "": none
};

// One demand on a handler: what it is, and what went wrong ("": nothing).
struct EndpointCheck {
  std::string name;
  std::function<std::string()> run;
};

// Deliveries that a handler must take (2xx), in an order that matters: later ones are about users of earlier ones.
[[nodiscard]] std::vector<EndpointCheck> AcceptanceChecks(const EndpointTarget& target);
// Deliveries that it must refuse (4xx), without harm.
[[nodiscard]] std::vector<EndpointCheck> RefusalChecks(const EndpointTarget& target);

// A user as Clerk's events carry one, and an event around data.
[[nodiscard]] std::string UserJson(const std::string& id, long long updated_at_ms, const std::string& first_name);
[[nodiscard]] std::string EventJson(const EndpointTarget& target, const std::string& type, const std::string& data);

[[nodiscard]] std::string Expect2xx(int status);
[[nodiscard]] std::string Expect4xx(int status);

}  // namespace clerk::conformance

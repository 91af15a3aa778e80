#include "endpoint.h"

#include <csignal>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "endpoint_checks.h"
#include "vector_file.h"

namespace clerk::conformance {
namespace {

struct EndpointArguments {
  std::string url;
  std::string secret;
  std::string old_secret;
  std::string instance_id;
  bool allow_remote = false;
};

constexpr std::string_view kUsage =
    "Usage: clerk-conformance endpoint URL --secret WHSEC [--old-secret WHSEC] [--instance INS] [--allow-remote]\n\n"
    "Grades the webhook handler at URL from outside: delivers signed events as Clerk does (repeated, reordered, sparse, of\n"
    "unknown types) and such as no handler may take. Prints a line per failure and passed/total last. Ends 0 if all passed, 1\n"
    "if not, 2 if the command line is wrong. The handler will have stored some users named user_2conformance…, so point it at\n"
    "a deployment for tests.\n\n"
    "  --secret WHSEC      the endpoint's signing secret\n"
    "  --old-secret WHSEC  a second secret that it accepts, as while secrets are rotated\n"
    "  --instance INS      the instance_id of the events; by default they name none\n"
    "  --allow-remote      deliver to another machine\n";

std::optional<EndpointArguments> Parse(std::span<char*> arguments) {
  EndpointArguments parsed;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    const std::pair<std::string_view, std::string*> options[] = {
        {"--secret", &parsed.secret}, {"--old-secret", &parsed.old_secret}, {"--instance", &parsed.instance_id}};
    bool is_option = argument == "--allow-remote";
    parsed.allow_remote = parsed.allow_remote || is_option;
    for (const auto& [name, value] : options) {
      if (argument != name || i + 1 == arguments.size()) continue;
      *value = arguments[++i];
      is_option = true;
      break;
    }
    if (is_option) continue;
    if (argument.starts_with("-") || !parsed.url.empty()) return std::nullopt;
    parsed.url = argument;
  }
  if (parsed.url.empty() || !EndpointSender::KeyOf(parsed.secret)) return std::nullopt;
  if (!parsed.old_secret.empty() && !EndpointSender::KeyOf(parsed.old_secret)) return std::nullopt;
  return parsed;
}

bool IsLoopback(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.find('@') != std::string_view::npos) return false;
  if (host.starts_with("[")) return host.substr(0, host.find(']') + 1) == "[::1]";
  host = host.substr(0, host.find(':'));
  return host == "localhost" || host == "127.0.0.1";
}

}  // namespace

std::string Expect2xx(int status) {
  if (status >= 200 && status <= 299) return {};
  return status == 0 ? "expected 2xx, got no answer" : "expected 2xx, got " + std::to_string(status);
}

std::string Expect4xx(int status) {
  if (status >= 400 && status <= 499) return {};
  return status == 0 ? "expected 4xx, got no answer" : "expected 4xx, got " + std::to_string(status);
}

std::string UserJson(const std::string& id, long long updated_at_ms, const std::string& first_name) {
  return Json{{"id", id},
              {"object", "user"},
              {"first_name", first_name},
              {"last_name", "Lovelace"},
              {"username", nullptr},
              {"image_url", "https://img.clerk.com/avatar"},
              {"primary_email_address_id", "idn_1"},
              {"email_addresses",
               {{{"id", "idn_1"}, {"email_address", "conformance@example.com"}, {"verification", {{"status", "verified"}}}}}},
              {"public_metadata", Json::object()},
              {"banned", false},
              {"locked", false},
              {"created_at", 1'700'000'000'000},
              {"updated_at", updated_at_ms}}
      .dump();
}

std::string EventJson(const EndpointTarget& target, const std::string& type, const std::string& data) {
  std::string event = R"({"object":"event","type":")" + type + R"(","timestamp":1700000000000,)";
  if (!target.instance_id.empty()) event += "\"instance_id\":" + Json(target.instance_id).dump() + ",";
  return event + R"("event_attributes":{"http_request":{"client_ip":"127.0.0.1","user_agent":"clerk-conformance"}},"data":)" +
         data + "}";
}

int RunEndpoint(std::span<char*> arguments) {
  const auto parsed = Parse(arguments);
  if (!parsed) {
    std::cerr << kUsage;
    return 2;
  }
  if (!parsed->allow_remote && !IsLoopback(parsed->url)) {
    std::cerr << "clerk-conformance: the endpoint is on another machine; --allow-remote delivers to it all the same\n";
    return 2;
  }
  // An endpoint may hang up while it is sent too much.
  std::signal(SIGPIPE, SIG_IGN);
  const EndpointSender sender(parsed->url, parsed->secret);
  const EndpointTarget target{sender, parsed->old_secret, parsed->instance_id};
  auto checks = AcceptanceChecks(target);
  for (auto& check : RefusalChecks(target)) checks.push_back(std::move(check));
  checks.push_back({"an event after all that", [&] {
                      const auto user = UserJson(EndpointSender::FreshId("user_2conformance"), 1'700'000'000'000, "Ada");
                      return Expect2xx(sender.Send(sender.Signed(EventJson(target, "user.created", user))));
                    }});
  std::size_t passed = 0;
  for (const EndpointCheck& check : checks) {
    const std::string failure = check.run();
    if (failure.empty()) {
      ++passed;
    } else {
      std::cout << check.name << ": " << failure << "\n";
    }
  }
  std::cout << passed << "/" << checks.size() << "\n";
  return passed == checks.size() ? 0 : 1;
}

}  // namespace clerk::conformance

#include "clerk-emulator/config.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "clerk-emulator/webhooks/webhook_signature.h"

namespace inkwell::emulator {
namespace {

// Not a secret: it opens nothing but an emulator. A real key would do as well, and would be one more place to lose it.
constexpr std::string_view kLocalSecretKey = "sk_test_local_emulator_only_not_a_secret";

void ReadWebhooks(runtime::Settings& settings, Config& config) {
  config.webhook_url = settings.String("EMULATOR_WEBHOOK_URL", "", "Where webhooks are posted; empty: none are sent");
  const auto secret = settings.Secret("EMULATOR_WEBHOOK_SECRET", "whsec_… with which webhooks are signed");
  const auto schedule = settings.List("EMULATOR_WEBHOOK_RETRY_SCHEDULE", "1s,2s,5s,10s,30s,1m,5m,10m",
                                      "Pauses after the first, second… failed attempt");
  if (auto parsed = ParseSchedule(schedule)) {
    config.retry_schedule = std::move(*parsed);
  } else {
    settings.Problem("EMULATOR_WEBHOOK_RETRY_SCHEDULE must be durations such as 500ms,1s,5m.");
  }
  if (secret) {
    if (auto key = WebhookKey(*secret)) {
      config.webhook_key = std::move(*key);
    } else {
      settings.Problem("EMULATOR_WEBHOOK_SECRET must be whsec_ followed by base64.");
    }
  } else if (!config.webhook_url.empty()) {
    settings.Problem("EMULATOR_WEBHOOK_SECRET is missing: webhooks to EMULATOR_WEBHOOK_URL have to be signed.");
  }
}

void ReadInstance(runtime::Settings& settings, Config& config) {
  auto& instance = config.instance;
  instance.application_name = settings.String("EMULATOR_APPLICATION_NAME", instance.application_name, "what the forms call it");
  instance.single_session_mode =
      settings.Bool("EMULATOR_SINGLE_SESSION", instance.single_session_mode, "Whether a browser has one session at a time");
  instance.organizations =
      settings.Bool("EMULATOR_ORGANIZATIONS", instance.organizations, "Whether users may have organizations");
  const auto ids = settings.List("EMULATOR_SOCIAL_PROVIDERS", "google,github", "Buttons \"Continue with …\"; \"none\" for none");
  if (auto providers = ParseProviders(ids)) {
    instance.social_providers = std::move(*providers);
  } else {
    settings.Problem("EMULATOR_SOCIAL_PROVIDERS must be names such as google,github.");
  }
  config.clerk_js_directory = settings.String("EMULATOR_CLERK_JS_DIR", "",
                                              "directory with clerk-js/dist and ui/dist: the unpacked npm packages of Clerk");
}

}  // namespace

// As custom providers, which may bring their own picture: that of a known one comes from a host of Clerk's.
std::optional<std::vector<SocialProvider>> ParseProviders(const std::vector<std::string>& ids) {
  std::vector<SocialProvider> providers;
  if (ids == std::vector<std::string>{"none"}) return providers;
  for (const auto& id : ids) {
    const bool plain =
        std::all_of(id.begin(), id.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    if (!plain || id.empty() || id.size() > 32) return std::nullopt;
    auto name = id == "github" ? std::string("GitHub") : id;
    if (name.front() >= 'a' && name.front() <= 'z') name.front() = static_cast<char>(name.front() - 'a' + 'A');
    providers.push_back({id, "oauth_custom_" + id, std::move(name)});
  }
  return providers;
}

std::optional<std::vector<std::chrono::milliseconds>> ParseSchedule(const std::vector<std::string>& texts) {
  std::vector<std::chrono::milliseconds> schedule;
  for (const auto& text : texts) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    const std::int64_t factor = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "m" ? 60'000 : unit == "h" ? 3'600'000 : 0;
    if (error != std::errc() || factor == 0 || number < 1 || number > 1'000'000) return std::nullopt;
    schedule.emplace_back(number * factor);
  }
  return schedule;
}

Config ReadConfig(runtime::Settings& settings) {
  Config config;
  config.common = runtime::ReadCommonSettings(settings);
  config.listen = settings.Address("EMULATOR_LISTEN", "127.0.0.1:4000", "HTTP address; keep it on loopback");
  config.data_directory = settings.String("EMULATOR_DATA_DIR", ".clerk-emulator", "Directory of the state and the signing key");
  config.instance_id = settings.String("EMULATOR_INSTANCE_ID", "ins_emulator0000000000000000",
                                       "id of the instance: `kid` of tokens, `instance_id` of webhooks");
  config.seed_file = settings.String("EMULATOR_SEED_FILE", "", "JSON file of the users that an empty state begins with");
  config.secret_key =
      settings.Secret("EMULATOR_SECRET_KEY", "What the Backend API takes as CLERK_SECRET_KEY (default: a fixed local one)")
          .value_or(std::string(kLocalSecretKey));
  config.issuer = settings.String("EMULATOR_ISSUER", "https://clerk.localhost", "`iss` of tokens: the publishable key's host");
  config.authorized_party =
      settings.String("EMULATOR_AUTHORIZED_PARTY", "http://localhost:3000", "`azp` of tokens if the request names no origin");
  config.allowed_origins = settings.List("EMULATOR_ALLOWED_ORIGINS", "http://localhost:3000,http://127.0.0.1:3000",
                                         "Origins of pages that may use the emulator from a browser");
  config.jwt_templates = settings.List("EMULATOR_JWT_TEMPLATES", "posts", "Names of JWT templates that exist from the start");
  config.token_lifetime = std::chrono::duration_cast<std::chrono::seconds>(
      settings.Duration("EMULATOR_TOKEN_LIFETIME", std::chrono::seconds(60), std::chrono::seconds(1), std::chrono::hours(24),
                        "Lifetime of tokens"));
  const auto peers = settings.String("EMULATOR_CONTROL", "local",
                                     "Who may use the control API: local (this machine), any (whoever reaches the port)");
  if (peers != "local" && peers != "any") settings.Problem("EMULATOR_CONTROL must be local or any.");
  config.control_peers = peers == "any" ? ControlPeers::kAny : ControlPeers::kThisMachine;
  ReadInstance(settings, config);
  ReadWebhooks(settings, config);
  return config;
}

bool IsLoopback(const std::string& listen) {
  return listen.starts_with("127.") || listen.starts_with("localhost:") || listen.starts_with("[::1]:");
}

}  // namespace inkwell::emulator

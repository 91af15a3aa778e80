#include "gateway/config.h"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <string_view>
#include <utility>

namespace inkwell::gateway {
namespace {

using std::chrono::milliseconds;

std::vector<std::string> Words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// "127.0.0.1:3000" or "[::1]:3000"; "localhost" is taken for 127.0.0.1.
bool SplitAddress(std::string_view address, std::string& host, std::uint16_t& port) {
  const auto colon = address.rfind(':');
  if (address.starts_with("unix:") || colon == std::string_view::npos) return false;
  std::string_view name = address.substr(0, colon);
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  host = name == "localhost" ? "127.0.0.1" : std::string(name);
  const std::string_view digits = address.substr(colon + 1);
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return failure == std::errc() && end == digits.data() + digits.size();
}

// The host of an origin, without port and brackets; empty unless it is an http or https URL without a path.
std::string UpstreamHost(std::string_view url) {
  const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  if (scheme == 0) return "";
  std::string_view authority = url.substr(scheme);
  if (authority.find_first_of("/?#@ ") != std::string_view::npos) return "";
  if (authority.starts_with('[')) return std::string(authority.substr(1, authority.find(']') - 1));
  return std::string(authority.substr(0, authority.rfind(':')));
}

bool IsLoopback(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" || host.starts_with("127.");
}

// As browsers write an origin: in lower case, without the scheme's own port and without a slash at the end.
std::string AsOrigin(std::string url) {
  std::transform(url.begin(), url.end(), url.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (url.ends_with('/')) url.pop_back();
  for (const auto& [scheme, port] : {std::pair("https://", ":443"), std::pair("http://", ":80")}) {
    if (url.starts_with(scheme) && url.ends_with(port)) url.resize(url.size() - std::string_view(port).size());
  }
  return url;
}

void ReadListener(runtime::Settings& settings, Config& config) {
  const std::string listen = settings.Address("GATEWAY_LISTEN", "127.0.0.1:3000", "HTTP address of the page and the API");
  if (!SplitAddress(listen, config.listen_host, config.listen_port)) {
    settings.Problem("GATEWAY_LISTEN must be an IP address and a port, such as 127.0.0.1:3000");
  }
  config.admin_listen = settings.Address("GATEWAY_ADMIN_LISTEN", "127.0.0.1:9300", "Internal address of /metrics and probes");
  config.public_url =
      settings
          .OptionalString("PUBLIC_URL", "Origin that browsers use, https://host; default: http:// and the request's Host field")
          .value_or("");
  config.public_url = AsOrigin(std::move(config.public_url));
  if (!config.public_url.empty() && UpstreamHost(config.public_url).empty()) {
    settings.Problem("PUBLIC_URL must be http:// or https:// and a host, without a path");
  }
  config.request_timeout = settings.Duration("REQUEST_TIMEOUT", milliseconds(3000), milliseconds(100), milliseconds(60000),
                                             "Time that a request and the calls made for it may take");
}

void ReadLimits(runtime::Settings& settings, Config& config) {
  config.max_connections = static_cast<std::size_t>(
      settings.Integer("MAX_CONNECTIONS", 10000, 1, 1'000'000, "Open client connections; more are turned away with 503"));
  config.max_connections_per_address = static_cast<std::size_t>(
      settings.Integer("MAX_CONNECTIONS_PER_ADDRESS", 0, 0, 1'000'000, "Open connections of one client address; 0: no limit"));
  config.max_calls_per_service = static_cast<std::size_t>(
      settings.Integer("MAX_CALLS_PER_SERVICE", 2048, 1, 1'000'000,
                       "Calls of one service under way, and as many webhooks that wait for theirs; more get 503"));
  config.rate_limits.per_user = settings.Integer("RATE_LIMIT_USER", 100, 0, 1'000'000,
                                                 "Requests per second of one signed-in user, twice as many at once; 0: no limit");
  config.rate_limits.per_address = settings.Integer(
      "RATE_LIMIT_ADDRESS", 0, 0, 1'000'000, "Requests per second of one client address, twice as many at once; 0: no limit");
  const auto proxies = settings.List(
      "TRUSTED_PROXIES", "", "Addresses or blocks, such as 10.0.0.0/8, of proxies whose X-Forwarded-For and -Proto count");
  if (auto trusted = TrustedProxies::Parse(proxies)) {
    config.trusted_proxies = *std::move(trusted);
  } else {
    settings.Problem("TRUSTED_PROXIES must be addresses or blocks without bits beyond their length, such as 10.0.0.0/8,fd00::/8");
  }
}

// A live instance's users are real people: anybody could sign in as any of them through an emulator.
void RefuseLiveKeysWithEmulator(runtime::Settings& settings, const Config& config) {
  if (config.publishable_key->instance_type() != clerk::InstanceType::kProduction) return;
  if (config.UsesEmulator() || IsLoopback(UpstreamHost(config.clerk_upstream))) {
    settings.Problem(
        "CLERK_FAPI_URL points to an emulator (plain http or this machine) but CLERK_PUBLISHABLE_KEY is a live key (pk_live_): "
        "an emulator lets anybody sign in as anybody. Unset CLERK_FAPI_URL or use the keys of a development instance");
  }
  if (config.authorized_parties.empty()) {
    settings.Problem(
        "CLERK_AUTHORIZED_PARTIES is required with a live key (pk_live_): name the origins of your pages, or tokens that other "
        "sites of the domain asked for are accepted");
  }
}

void ReadClerk(runtime::Settings& settings, Config& config) {
  const std::string key_text = settings.RequiredString("CLERK_PUBLISHABLE_KEY", "Public key of the Clerk instance, pk_…");
  config.jwt_key =
      settings.OptionalString("CLERK_JWT_KEY", "PEM public key of sessions; without it the keys are fetched from Clerk")
          .value_or("");
  config.clerk_upstream =
      settings
          .OptionalString("CLERK_FAPI_URL", "Where the Frontend API is reached, http(s)://host[:port]; also served as /__clerk")
          .value_or("");
  config.authorized_parties = settings.List("CLERK_AUTHORIZED_PARTIES", "", "Origins whose pages may ask for tokens (claim azp)");
  config.audiences = settings.List("CLERK_AUDIENCE", "", "Accepted audiences (claim aud); empty: any");
  config.issuers = settings.List("CLERK_ISSUER", "", "Accepted issuers (claim iss); default: https:// and the key's host");
  config.webhook_secrets = Words(settings.RequiredSecret(
      "CLERK_WEBHOOK_SIGNING_SECRET", "Signing secret, whsec_…; several, separated by spaces, while rotating"));

  if (config.clerk_upstream.ends_with('/')) config.clerk_upstream.pop_back();
  if (!config.clerk_upstream.empty() && UpstreamHost(config.clerk_upstream).empty()) {
    settings.Problem("CLERK_FAPI_URL must be http:// or https:// and a host, without a path");
  }
  if (key_text.empty()) return;
  auto key = clerk::PublishableKey::Parse(key_text);
  if (!key) return settings.Problem("CLERK_PUBLISHABLE_KEY is no publishable key: " + key.error().message);
  if (config.issuers.empty()) config.issuers.push_back("https://" + key->host());
  config.publishable_key.emplace(*std::move(key));
  RefuseLiveKeysWithEmulator(settings, config);
}

}  // namespace

std::string Config::JwksUrl() const {
  return (clerk_upstream.empty() ? "https://" + publishable_key->frontend_api() : clerk_upstream) + "/.well-known/jwks.json";
}

std::optional<int> ReadConfig(int argc, const char* const* argv, Config& config) {
  runtime::Settings settings("gateway", "The HTTP edge of Inkwell: the page, the API and Clerk's webhooks.", argc, argv);
  config.common = runtime::ReadCommonSettings(settings);
  ReadListener(settings, config);
  ReadLimits(settings, config);
  config.users_target =
      settings.String("USERS_TARGET", "127.0.0.1:50051", "Address of user-sync-service: host:port, dns:///… or unix:/path");
  config.posts_target =
      settings.String("POSTS_TARGET", "127.0.0.1:50052", "Address of posts-service: host:port, dns:///… or unix:/path");
  ReadClerk(settings, config);
  return settings.Finish();
}

}  // namespace inkwell::gateway

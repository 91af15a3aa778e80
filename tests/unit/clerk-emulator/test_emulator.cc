#include "tests/unit/clerk-emulator/test_emulator.h"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "clerk-emulator/webhooks/webhook_signature.h"

namespace inkwell::emulator {
namespace {

// Ends the test: nothing of it can be run without these parts.
template <typename T>
T OrThrow(runtime::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

// One key for all tests: making one takes a good part of a second.
std::unique_ptr<SigningKey> LoadKey(const std::filesystem::path& directory) {
  static const TemporaryDirectory shared;
  static const auto made = OrThrow(SigningKey::LoadOrCreate(shared.path(), "ins_test"));
  const auto* const name = "signing-key.pem";
  std::filesystem::copy_file(shared.path() / name, directory / name, std::filesystem::copy_options::skip_existing);
  return OrThrow(SigningKey::LoadOrCreate(directory, made->key_id()));
}

std::unique_ptr<WebhookSender> MakeSender(const std::string& url, std::vector<std::chrono::milliseconds> schedule,
                                          StateStore& store, const Clock& clock) {
  if (url.empty()) return nullptr;
  const auto key = WebhookKey(kTestWebhookSecret).value();
  return OrThrow(WebhookSender::Make({url, key, std::move(schedule), 2}, store, clock));
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  auto pattern = (std::filesystem::temp_directory_path() / "emulator-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

InstanceSettings TestInstance() {
  InstanceSettings settings;
  settings.social_providers = {{"google", "oauth_custom_google", "Google"}, {"github", "oauth_custom_github", "GitHub"}};
  return settings;
}

TestEmulator::TestEmulator(const std::filesystem::path& directory, const Clock& clock, const std::string& webhook_url,
                           std::vector<std::chrono::milliseconds> retry_schedule, InstanceSettings settings)
    : clock_(clock),
      store_(OrThrow(StateStore::Open(directory))),
      key_(LoadKey(directory)),
      sender_(MakeSender(webhook_url, std::move(retry_schedule), *store_, clock_)),
      issuer_(*key_, clock_, *store_, {"https://clerk.localhost", std::chrono::seconds(60)}),
      access_({"http://localhost:3000"}, "http://localhost:3000"),
      events_("ins_test", sender_ != nullptr),
      accounts_(*store_, clock_, events_),
      frontend_api_(std::move(settings), {directory, directory / "clerk-js"}, *store_, accounts_, events_, issuer_, access_,
                    clock_),
      api_faults_(clock_),
      backend_api_(kTestSecretKey, *store_, accounts_, events_, *key_, issuer_, access_, api_faults_, clock_),
      control_api_(*store_, accounts_, issuer_, access_, sender_.get(), clock_),
      state_routes_(*store_, clock_, api_faults_, sender_.get(), directory,
                    [this] {
                      frontend_api_.RemovePictures();
                      return ClerkResult<void>();
                    }),
      fault_routes_(api_faults_, sender_.get(), clock_) {
  const auto added = AddJwtTemplates(*store_, {"posts"}, std::chrono::seconds(60), clock_);
  if (!added) throw std::runtime_error(added.error().message);
  backend_api_.AddRoutes(router_);
  frontend_api_.AddRoutes(router_);
  control_api_.AddRoutes(router_, ControlPeers::kThisMachine);
  state_routes_.AddTo(router_, ControlPeers::kThisMachine);
  fault_routes_.AddTo(router_, ControlPeers::kThisMachine);
}

HttpResponse TestEmulator::Handle(HttpRequest request) {
  return access_.Guard(request, [this](const HttpRequest& allowed) { return router_.Handle(allowed); });
}

HttpResponse TestEmulator::Backend(const std::string& method, const std::string& target, const std::string& body) {
  auto request = MakeRequest(method, target, body);
  request.headers["authorization"] = std::string("Bearer ") + kTestSecretKey;
  return Handle(std::move(request));
}

HttpResponse TestEmulator::Control(const std::string& method, const std::string& target, const std::string& body) {
  return Handle(MakeRequest(method, target, body));
}

HttpRequest MakeRequest(const std::string& method, const std::string& target, const std::string& body) {
  HttpRequest request;
  request.method = method;
  request.body = body;
  request.client_address = "127.0.0.1";
  request.headers["user-agent"] = "unit-test";
  auto rest = target;
  const auto mark = rest.find('?');
  request.path = rest.substr(0, mark);
  rest = mark == std::string::npos ? "" : rest.substr(mark + 1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const auto pair = rest.substr(0, end);
    const auto equals = pair.find('=');
    request.query.emplace_back(pair.substr(0, equals), equals == std::string::npos ? "" : pair.substr(equals + 1));
    rest = end == std::string::npos ? "" : rest.substr(end + 1);
  }
  return request;
}

nlohmann::json Json(const HttpResponse& response) {
  auto parsed = nlohmann::json::parse(response.body, nullptr, false);
  return parsed.is_discarded() ? nlohmann::json() : parsed;
}

}  // namespace inkwell::emulator

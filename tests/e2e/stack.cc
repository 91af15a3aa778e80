#include "tests/e2e/stack.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "tests/support/loopback.h"

namespace inkwell::e2e {
namespace {

constexpr const char* kEmulatorSecretKey = "sk_test_local_emulator_only_not_a_secret";

std::string MakeDirectory() {
  std::string path = (std::filesystem::temp_directory_path() / "inkwell-e2e-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) {
    std::cerr << "cannot make a temporary directory\n";
    std::abort();
  }
  return path;
}

std::string Loopback(int port) { return "127.0.0.1:" + std::to_string(port); }

}  // namespace

Stack::Stack(Signer signer)
    : signer_(signer),
      directory_(MakeDirectory()),
      gateway_port_(testing::FreePort()),
      gateway_admin_port_(testing::FreePort()),
      users_admin_port_(testing::FreePort()),
      posts_admin_port_(testing::FreePort()),
      emulator_port_(testing::FreePort()) {
  postgres_.CreateDatabase("inkwell");
  StartEmulator();
  StartUsers();
  StartPosts();
  StartGateway();
}

Stack::~Stack() {
  gateway_.reset();
  posts_.reset();
  users_.reset();
  emulator_.reset();
  std::filesystem::remove_all(directory_);
}

std::string Stack::users_target() const { return "unix:" + directory_ + "/users.sock"; }
std::string Stack::posts_target() const { return "unix:" + directory_ + "/posts.sock"; }

std::unique_ptr<testing::ChildProcess> Stack::Start(const std::string& program, Environment environment, int ready_port,
                                                    const std::string& ready_path, std::optional<unsigned> descriptors) {
  environment.emplace_back("LOG_LEVEL", "warn");
  testing::ChildOptions options;
  options.command = {testing::ProgramPath(program)};
  options.environment = std::move(environment);
  options.descriptors = descriptors;
  auto child = testing::ChildProcess::Start(options);
  if (!child->WaitForHttpOk(ready_port, ready_path, std::chrono::seconds(60))) {
    std::cerr << program << " did not become ready:\n" << child->Output() << "\n";
    std::abort();
  }
  return child;
}

void Stack::StartEmulator() {
  Environment environment = {{"EMULATOR_LISTEN", Loopback(emulator_port_)},
                             {"EMULATOR_DATA_DIR", directory_ + "/clerk-emulator"},
                             {"EMULATOR_SECRET_KEY", kEmulatorSecretKey},
                             // user-sync-service compares whose Backend API it asks with whose webhooks it gets: TestClerk's
                             // too, whoever signs the tokens.
                             {"EMULATOR_INSTANCE_ID", std::string(TestClerk::kInstanceId)},
                             {"EMULATOR_WEBHOOK_RETRY_SCHEDULE", "100ms,200ms,500ms,1s,1s,1s,1s,1s,1s"}};
  if (signer_ == Signer::kEmulator) {
    environment.emplace_back("EMULATOR_WEBHOOK_URL", "http://" + Loopback(gateway_port_) + "/api/webhooks/clerk");
    environment.emplace_back("EMULATOR_WEBHOOK_SECRET", clerk_.webhook_secret());
  }
  emulator_ = Start("clerk-emulator", std::move(environment), emulator_port_, "/.well-known/jwks.json");
}

void Stack::StartUsers() {
  users_ = Start("user-sync-service",
                 {{"USERS_LISTEN", users_target()},
                  {"USERS_ADMIN_LISTEN", Loopback(users_admin_port_)},
                  {"USERS_DATABASE_URL", postgres_.socket_url("inkwell")},
                  {"CLERK_SECRET_KEY", kEmulatorSecretKey},
                  {"CLERK_API_URL", "http://" + Loopback(emulator_port_)}},
                 users_admin_port_, "/readyz");
}

void Stack::StartPosts() {
  posts_ = Start("posts-service",
                 {{"POSTS_LISTEN", posts_target()},
                  {"POSTS_ADMIN_LISTEN", Loopback(posts_admin_port_)},
                  {"POSTS_DATABASE_URL", postgres_.socket_url("inkwell")},
                  {"USERS_TARGET", users_target()}},
                 posts_admin_port_, "/readyz");
}

void Stack::StartGateway(const GatewayOptions& options) {
  Environment environment = {
      {"GATEWAY_LISTEN", Loopback(gateway_port_)},
      {"GATEWAY_ADMIN_LISTEN", Loopback(gateway_admin_port_)},
      {"USERS_TARGET", users_target()},
      {"POSTS_TARGET", posts_target()},
      {"CLERK_PUBLISHABLE_KEY", "pk_test_Y2xlcmsubG9jYWxob3N0JA"},
      {"CLERK_FAPI_URL", "http://" + Loopback(emulator_port_)},
      {"CLERK_AUTHORIZED_PARTIES", "http://localhost:3000"},
      {"CLERK_WEBHOOK_SIGNING_SECRET", clerk_.webhook_secret()},
      {"RATE_LIMIT_USER", "0"},
      {"CLERK_JWT_KEY", signer_ == Signer::kEmulator ? std::string() : clerk_.PublicKeyPem()},
  };
  environment.insert(environment.end(), options.environment.begin(), options.environment.end());
  gateway_ = Start("gateway", std::move(environment), gateway_port_, "/readyz", options.descriptors);
}

HttpClient Stack::ClientOf(const std::string& user_id) { return HttpClient(gateway_port_, clerk_.SessionToken(user_id)); }

HttpAnswer Stack::Deliver(const std::string& event) {
  return HttpClient(gateway_port_).Post("/api/webhooks/clerk", event, clerk_.SignWebhook(event));
}

std::vector<nlohmann::json> Stack::Deliveries(const std::string& type, const std::string& user_id) {
  std::vector<nlohmann::json> found;
  const auto all = HttpClient(emulator_port_).Get("/_emulator/deliveries").Json();
  for (const auto& delivery : all.at("deliveries")) {
    if (delivery.at("type") == type && delivery.at("object_id") == user_id) found.push_back(delivery);
  }
  return found;
}

HttpClient Stack::BackendApi() { return HttpClient(emulator_port_, kEmulatorSecretKey); }

int Stack::Metric(int admin_port, const std::string& series) {
  const std::string metrics = HttpClient(admin_port).Get("/metrics").body;
  const auto at = metrics.find("\n" + series + " ");
  return at == std::string::npos ? -1 : std::stoi(metrics.substr(at + series.size() + 2));
}

nlohmann::json Stack::SignUp(const nlohmann::json& user) {
  return HttpClient(emulator_port_).Post("/_emulator/sign-up", user.dump()).Json();
}

}  // namespace inkwell::e2e

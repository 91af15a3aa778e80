#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/http_client.h"
#include "tests/e2e/test_clerk.h"
#include "tests/support/child_process.h"
#include "tests/support/postgres_cluster.h"

namespace inkwell::e2e {

// A whole Inkwell of real processes: PostgreSQL, clerk-emulator, user-sync-service, posts-service, gateway.
// The emulator is the Backend API and signs people up. Who signs what the gateway sees is a choice:
enum class Signer {
  kEmulator,   // tokens and webhooks come from the emulator, keys from its JWKS
  kTestClerk,  // the gateway trusts TestClerk's key and secret, so that a test can sign anything
};

class Stack final {
 public:
  explicit Stack(Signer signer);
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  [[nodiscard]] int gateway_port() const { return gateway_port_; }
  [[nodiscard]] int gateway_admin_port() const { return gateway_admin_port_; }
  [[nodiscard]] int users_admin_port() const { return users_admin_port_; }
  [[nodiscard]] int posts_admin_port() const { return posts_admin_port_; }
  [[nodiscard]] int emulator_port() const { return emulator_port_; }
  // gRPC targets of the services.
  [[nodiscard]] std::string users_target() const;
  [[nodiscard]] std::string posts_target() const;
  [[nodiscard]] testing::PostgresCluster& postgres() { return postgres_; }
  [[nodiscard]] TestClerk& clerk() { return clerk_; }
  [[nodiscard]] testing::ChildProcess& emulator() { return *emulator_; }
  [[nodiscard]] testing::ChildProcess& gateway() { return *gateway_; }
  [[nodiscard]] testing::ChildProcess& users() { return *users_; }
  [[nodiscard]] testing::ChildProcess& posts() { return *posts_; }

  // A session of this user at the gateway, with a token by TestClerk.
  [[nodiscard]] HttpClient ClientOf(const std::string& user_id);
  // Delivers the event to the webhook route, signed by TestClerk.
  HttpAnswer Deliver(const std::string& event);
  // Signs a user up at the emulator; the answer is {user_id, session_id, token, …}.
  nlohmann::json SignUp(const nlohmann::json& user);

  // What the emulator says of its webhooks of this type about this user.
  std::vector<nlohmann::json> Deliveries(const std::string& type, const std::string& user_id);
  // A caller of the Backend API, with the secret key.
  [[nodiscard]] HttpClient BackendApi();

  // One series at /metrics of that port, such as `name{label="value"}`; -1 if there is none.
  static int Metric(int admin_port, const std::string& series);

  // One value of the database, as superuser.
  std::string Sql(const std::string& sql) { return postgres_.Execute("inkwell", sql); }

  using Environment = std::vector<std::pair<std::string, std::string>>;
  struct GatewayOptions {
    Environment environment{};              // instead of or beside the usual settings
    std::optional<unsigned> descriptors{};  // its limit of open descriptors
  };

  // Start a part that was killed or terminated, and wait until it is ready.
  void StartEmulator();
  void StartUsers();
  void StartPosts();
  void StartGateway() { StartGateway(GatewayOptions()); }
  void StartGateway(const GatewayOptions& options);

 private:
  std::unique_ptr<testing::ChildProcess> Start(const std::string& program, Environment environment, int ready_port,
                                               const std::string& ready_path, std::optional<unsigned> descriptors = {});

  const Signer signer_;
  testing::PostgresCluster postgres_;
  TestClerk clerk_;
  std::string directory_;
  int gateway_port_;
  int gateway_admin_port_;
  int users_admin_port_;
  int posts_admin_port_;
  int emulator_port_;
  std::unique_ptr<testing::ChildProcess> emulator_;
  std::unique_ptr<testing::ChildProcess> users_;
  std::unique_ptr<testing::ChildProcess> posts_;
  std::unique_ptr<testing::ChildProcess> gateway_;
};

}  // namespace inkwell::e2e

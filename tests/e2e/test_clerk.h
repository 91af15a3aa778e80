#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

typedef struct evp_pkey_st EVP_PKEY;

namespace inkwell::e2e {

// Signs what Clerk would sign, with a key made for this test: session tokens (contract section 2) and webhooks (section 7).
// Uses OpenSSL directly and nothing of libs/clerk, so that a mistake in both cannot cancel out.
class TestClerk final {
 public:
  static constexpr std::string_view kInstanceId = "ins_2test0000000000000000000000";

  // `key_id` is the `kid` of its tokens; by default the id of the instance that its events name.
  explicit TestClerk(std::string key_id = std::string(kInstanceId));
  ~TestClerk();
  TestClerk(const TestClerk&) = delete;
  TestClerk& operator=(const TestClerk&) = delete;

  // The public key as PEM, for CLERK_JWT_KEY.
  [[nodiscard]] std::string PublicKeyPem() const;
  // The same as a JSON Web Key, for a JWKS.
  [[nodiscard]] nlohmann::json Jwk() const;
  [[nodiscard]] const std::string& webhook_secret() const { return webhook_secret_; }

  // A valid token of this user; `claims` replaces or adds members.
  [[nodiscard]] std::string SessionToken(std::string_view user_id, const nlohmann::json& claims = nlohmann::json::object()) const;

  using Headers = std::multimap<std::string, std::string>;
  // The svix-* headers of a delivery of `body`, `age` ago.
  [[nodiscard]] Headers SignWebhook(std::string_view body, std::chrono::seconds age = std::chrono::seconds(0)) const;

  // An event as Clerk sends it. `data` is the user.
  [[nodiscard]] static std::string Event(std::string_view type, const nlohmann::json& data);
  // A user with nothing but what every user has; add members for more.
  [[nodiscard]] static nlohmann::json SparseUser(std::string_view user_id, std::int64_t updated_at_ms);
  // The same with a name and a primary e-mail address.
  [[nodiscard]] static nlohmann::json User(std::string_view user_id, std::int64_t updated_at_ms, std::string_view email);
  // All that Clerk says of a user whom it has deleted.
  [[nodiscard]] static nlohmann::json DeletedUser(std::string_view user_id);

 private:
  const std::string key_id_;
  EVP_PKEY* key_;
  std::string webhook_secret_;
  std::string webhook_key_;
};

// "user_2" and 26 characters that depend on `seed` alone.
[[nodiscard]] std::string UserId(std::string_view seed);

[[nodiscard]] std::int64_t NowMilliseconds();

}  // namespace inkwell::e2e

#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "clerk/auth_object.h"
#include "clerk/result.h"

namespace clerk {

// A session token whose signature and claims were verified. A handle to immutable data: cheap to copy, safe to share.
class SessionToken final {
 public:
  struct Data;
  explicit SessionToken(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  [[nodiscard]] const std::string& user_id() const;                    // sub
  [[nodiscard]] const std::optional<std::string>& session_id() const;  // sid; absent in tokens from JWT templates
  // A session with open tasks (claim `sts` is "pending"): treat its user as signed out unless you finish those tasks yourself.
  [[nodiscard]] bool is_pending() const;
  // False for a genuine token of another class: a machine's, or one made from a JWT template, which outlives the session.
  [[nodiscard]] bool is_session_class() const;
  [[nodiscard]] const std::string& key_id() const;                           // kid, which is the instance id; "" if absent
  [[nodiscard]] const std::optional<std::string>& issuer() const;            // iss
  [[nodiscard]] const std::optional<std::string>& authorized_party() const;  // azp: origin of the page that asked for the token
  [[nodiscard]] std::chrono::sys_seconds expires_at() const;                 // exp, without the allowed clock skew
  [[nodiscard]] std::optional<std::chrono::sys_seconds> not_before() const;  // nbf
  [[nodiscard]] std::optional<std::chrono::sys_seconds> issued_at() const;   // iat

  // Organization, permissions, factors, actor. An error (token-invalid) if the claim `fea` cannot be decoded: the token is
  // genuine, but nothing may be granted on its permissions.
  [[nodiscard]] const Result<AuthObject>& auth() const;

  // The payload as signed, JSON. Custom claims are read from here.
  [[nodiscard]] const std::string& claims_json() const;

 private:
  std::shared_ptr<const Data> data_;
};

}  // namespace clerk

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk {

// Who acts in the user's name (claim `act`): an impersonation from Clerk's dashboard or by an actor token.
struct Actor {
  std::string subject{};
  std::string json{};  // the whole claim, as it was signed
};

// Minutes since the first and the second factor were verified when the token was made; -1 means never.
struct FactorVerificationAge {
  std::int64_t first_factor = -1;
  std::int64_t second_factor = -1;
};

enum class ReverificationLevel { kFirstFactor, kSecondFactor, kMultiFactor };

// "The factors of `level` were verified less than `after_minutes` ago." Must be positive.
struct Reverification {
  ReverificationLevel level = ReverificationLevel::kSecondFactor;
  std::int64_t after_minutes = 0;
};

// Clerk's presets: "strict_mfa", "strict", "moderate", "lax"; empty for any other name.
[[nodiscard]] std::optional<Reverification> ReverificationPreset(std::string_view name);

// What AuthObject::Has is asked. Absent members are not asked; all that are asked must hold, and nobody has an empty name.
struct AuthorizationQuery {
  std::optional<std::string_view> role{};        // "org:admin" or "admin"
  std::optional<std::string_view> permission{};  // "org:posts:create" or "posts:create"
  std::optional<std::string_view> feature{};     // "reports", "org:reports" or "user:reports"
  std::optional<std::string_view> plan{};        // as feature
  std::optional<Reverification> reverification{};
};

// What Clerk's SDKs call the auth object: the claims of a session token, both of version 1 and of version 2, in one form.
struct AuthObject {
  std::string user_id{};
  std::optional<std::string> session_id{};
  std::optional<std::string> session_status{};  // "active" or "pending"
  std::optional<std::string> org_id{};
  std::optional<std::string> org_role{};  // "org:admin"
  std::optional<std::string> org_slug{};
  std::optional<std::vector<std::string>> org_permissions{};  // "org:posts:create"; absent without an active organization
  std::optional<FactorVerificationAge> factor_verification_age{};
  std::optional<Actor> actor{};
  std::string features{};  // claim `fea`, encoded as "o:reports,u:export"
  std::string plans{};     // claim `pla`, encoded likewise

  // False when nothing is asked, without a user, and whenever in doubt.
  [[nodiscard]] bool Has(const AuthorizationQuery& query) const;
};

}  // namespace clerk

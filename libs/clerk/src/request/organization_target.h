#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/auth_object.h"
#include "clerk/request_authenticator.h"
#include "clerk/result.h"
#include "request/path_pattern.h"

namespace clerk::request {

// Whom a path belongs to (contract, section 5.9). Both empty: the personal account.
struct OrganizationTarget {
  std::string id{};
  std::string slug{};

  [[nodiscard]] bool IsActiveIn(const AuthObject& session) const;
  // The handshake's parameter organization_id: id or slug, "" for the personal account.
  [[nodiscard]] const std::string& parameter() const { return id.empty() ? slug : id; }
};

class OrganizationMatcher final {
 public:
  // Fails with kConfigurationInvalid if a pattern cannot be read.
  [[nodiscard]] static Result<OrganizationMatcher> Create(const OrganizationSync& options);

  // Nullopt if the path belongs to nobody in particular.
  [[nodiscard]] std::optional<OrganizationTarget> Find(std::string_view path) const;

 private:
  std::vector<PathPattern> organization_;
  std::vector<PathPattern> personal_;
};

}  // namespace clerk::request

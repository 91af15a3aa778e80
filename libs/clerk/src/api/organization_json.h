#pragma once

#include <optional>

#include "clerk/deleted_object.h"
#include "clerk/organization.h"
#include "encoding/json.h"

namespace clerk::api {

// What a JSON object of the Backend API or of a webhook describes; nullopt if it has no id.
[[nodiscard]] std::optional<Organization> ParseOrganization(const encoding::Json& json);
[[nodiscard]] std::optional<OrganizationMembership> ParseOrganizationMembership(const encoding::Json& json);
[[nodiscard]] std::optional<OrganizationInvitation> ParseOrganizationInvitation(const encoding::Json& json);
[[nodiscard]] std::optional<OrganizationDomain> ParseOrganizationDomain(const encoding::Json& json);

// Nullopt if it is no object.
[[nodiscard]] std::optional<DeletedObject> ParseDeletedObject(const encoding::Json& json);

}  // namespace clerk::api

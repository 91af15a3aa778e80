#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clerk::tokens {

// Decodes the permissions of a version 2 token: `feature_permission_map` (claim `o.fpm`) has one decimal number of any size
// per organization-scoped feature, and its bit k grants `permissions[k]` (claim `o.per`). Returns "org:<feature>:<permission>".
[[nodiscard]] std::vector<std::string> DecodePermissions(const std::vector<std::string_view>& features,
                                                         std::string_view permissions, std::string_view feature_permission_map);

}  // namespace clerk::tokens

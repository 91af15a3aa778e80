#pragma once

#include <string>

namespace inkwell::users::v1 {
class User;
}

namespace inkwell::gateway {

// A user as GET /api/me shows it: {"id","email","firstName","lastName","username","imageUrl","publicMetadata","banned",
// "locked","createdAt","updatedAt"}. What Clerk does not know is null.
[[nodiscard]] std::string RenderUser(const users::v1::User& user);

}  // namespace inkwell::gateway

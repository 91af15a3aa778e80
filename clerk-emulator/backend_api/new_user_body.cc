#include "clerk-emulator/backend_api/new_user_body.h"

#include <string>
#include <utility>

#include "clerk-emulator/accounts/passwords.h"

namespace inkwell::emulator {

ClerkResult<NewUser> ReadNewUser(JsonBody& body, NewUser user) {
  user.external_id = body.TextOr("external_id", "");
  user.username = body.TextOr("username", "");
  user.first_name = body.TextOr("first_name", "");
  user.last_name = body.TextOr("last_name", "");
  user.locale = body.TextOr("locale", "");
  user.public_metadata = body.ObjectText("public_metadata").value_or("{}");
  user.private_metadata = body.ObjectText("private_metadata").value_or("{}");
  user.unsafe_metadata = body.ObjectText("unsafe_metadata").value_or("{}");
  user.banned = body.Flag("banned").value_or(false);
  user.locked = body.Flag("locked").value_or(false);
  const auto password = body.TextOr("password", "");
  if (auto read = body.Finish(); !read) return tl::unexpected(read.error());
  if (password.empty()) return user;
  auto hash = HashPassword(password);
  if (!hash) return tl::unexpected(hash.error());
  user.password_hash = std::move(*hash);
  return user;
}

}  // namespace inkwell::emulator

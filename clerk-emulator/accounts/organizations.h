#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "clerk-emulator/base/clerk_error.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/model/state_store.h"

namespace inkwell::emulator {

// Groups of users, as far as the organization switcher needs them: no invitations, domains or roles of one's own. Each call is
// one durable step. 404 resource_not_found for an organization of which the user is no member; 403 insufficient_privileges for
// what only its administrators may do. Thread-safe.
class Organizations final {
 public:
  Organizations(StateStore& store, const Clock& clock);

  // The user becomes its administrator. An empty slug is made from the name. 422 form_param_missing, form_param_value_invalid,
  // form_identifier_exists.
  [[nodiscard]] ClerkResult<Organization> Create(const std::string& user_id, const std::string& name, const std::string& slug);
  [[nodiscard]] ClerkResult<Organization> Find(const std::string& user_id, const std::string& id) const;
  [[nodiscard]] ClerkResult<Organization> Update(const std::string& user_id, const std::string& id,
                                                 const std::optional<std::string>& name, const std::optional<std::string>& slug);
  [[nodiscard]] ClerkResult<void> Delete(const std::string& user_id, const std::string& id);
  // Removes the member, who may be the user. The last administrator stays: 400.
  [[nodiscard]] ClerkResult<Membership> RemoveMember(const std::string& user_id, const std::string& id,
                                                     const std::string& member_id);

 private:
  StateStore& store_;
  const Clock& clock_;
};

// The membership of the user; null if there is none.
[[nodiscard]] const Membership* FindMembership(const Organization& organization, std::string_view user_id);

}  // namespace inkwell::emulator

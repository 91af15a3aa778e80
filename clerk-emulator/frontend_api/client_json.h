#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "clerk-emulator/model/model.h"

namespace inkwell::emulator {

// The resources as the Frontend API shows them to clerk-js.

// A session with all that is shown of it.
struct SessionView {
  Session session;
  User user;
  std::vector<Organization> organizations;  // of which the user is a member
  std::string token;                        // a fresh one; empty: none
};

// A browser with its live sessions, as the state was at one moment.
struct ClientView {
  Client client;
  std::vector<SessionView> sessions;
  std::optional<User> sign_in_user;  // whom the sign-in under way names
};

[[nodiscard]] nlohmann::json FrontendUserJson(const User& user, const std::vector<Organization>& organizations);
[[nodiscard]] nlohmann::json FrontendSessionJson(const SessionView& view, UnixMillis now);
// As the list of devices in the account dialog shows it: with the browser in place of the user.
[[nodiscard]] nlohmann::json SessionActivityJson(const Session& session, const User& user, UnixMillis now);
[[nodiscard]] nlohmann::json SignUpJson(const SignUp& sign_up);
// `user` is whom the sign-in names; null: nobody yet.
[[nodiscard]] nlohmann::json SignInJson(const SignIn& sign_in, const User* user);
[[nodiscard]] nlohmann::json ClientJson(const ClientView& view, UnixMillis now);

[[nodiscard]] nlohmann::json EmailAddressJson(const Identification& email);
[[nodiscard]] nlohmann::json FrontendOrganizationJson(const Organization& organization);
// `user` is the member.
[[nodiscard]] nlohmann::json FrontendMembershipJson(const Organization& organization, const Membership& membership,
                                                    const User& user);

}  // namespace inkwell::emulator

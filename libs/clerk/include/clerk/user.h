#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace clerk {

struct EmailAddress {
  std::string id;  // idn_…
  std::string email_address;
  bool verified = false;
};

// A Clerk user, from a webhook or from the Backend API. Only `id` is certain: a user may have signed up by phone or passkey
// and have no e-mail address, no name and no username. All times are milliseconds since the epoch.
struct User {
  std::string id;  // user_…
  std::optional<std::string> external_id;
  std::optional<std::string> username;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> locale;
  std::string image_url;
  bool has_image = false;

  std::optional<std::string> primary_email_address_id;
  std::optional<std::string> primary_phone_number_id;
  std::vector<EmailAddress> email_addresses;

  bool banned = false;
  bool locked = false;

  std::string public_metadata = "{}";  // JSON, members sorted, no white space: equal metadata are equal texts
  std::string unsafe_metadata = "{}";  // likewise; writable by the user's browser, trust nothing in it

  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;  // the version: of two states of a user the one with the higher value is newer
  std::optional<std::int64_t> last_sign_in_at;
  std::optional<std::int64_t> last_active_at;

  // The address that primary_email_address_id names; null if it names none. Never simply the first one.
  [[nodiscard]] const EmailAddress* PrimaryEmailAddress() const;
  // First and last name joined by a space; empty if there is neither.
  [[nodiscard]] std::string FullName() const;
};

}  // namespace clerk

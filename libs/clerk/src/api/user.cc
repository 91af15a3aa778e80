#include "clerk/user.h"

#include <algorithm>

#include "encoding/text.h"

namespace clerk {

const EmailAddress* User::PrimaryEmailAddress() const {
  if (!primary_email_address_id) return nullptr;
  const auto it = std::find_if(email_addresses.begin(), email_addresses.end(),
                               [&](const EmailAddress& address) { return address.id == *primary_email_address_id; });
  return it == email_addresses.end() ? nullptr : &*it;
}

std::string User::FullName() const { return std::string(encoding::Trim(first_name.value_or("") + " " + last_name.value_or(""))); }

}  // namespace clerk

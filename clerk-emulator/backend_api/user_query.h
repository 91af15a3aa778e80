#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "clerk-emulator/base/clerk_error.h"
#include "clerk-emulator/http/http.h"
#include "clerk-emulator/model/model.h"

namespace inkwell::emulator {

struct Page {
  std::size_t limit = 10;
  std::size_t offset = 0;
};

// `limit` (1 to 500, default 10) and `offset`. 422 form_param_….
[[nodiscard]] ClerkResult<Page> ReadPage(const HttpRequest& request);

// The users that GET /v1/users and GET /v1/users/count ask for: filters user_id (each may begin with + or -: with or without),
// external_id (likewise), email_address, phone_number, username, query, email_address_query, phone_number_query, username_query,
// name_query, banned, and created_at, last_active_at, last_sign_in_at with _before and _after. In no order that matters.
[[nodiscard]] ClerkResult<std::vector<const User*>> FilterUsers(const State& state, const HttpRequest& request);

// Sorts by `order_by` (default -created_at; equal ones by id) and cuts out the page: `offset`, or `starting_after` (the id of
// the last user of the page before) for orders by created_at. 422 form_param_….
[[nodiscard]] ClerkResult<std::vector<const User*>> PageOfUsers(std::vector<const User*> users, const HttpRequest& request);

}  // namespace inkwell::emulator

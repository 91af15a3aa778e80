#pragma once

#include <string>
#include <utility>

#include "user-sync-service/user.h"
#include "user-sync-service/user_content.h"

namespace inkwell::users {

inline ClerkTime AtMs(std::int64_t milliseconds) { return ClerkTime{std::chrono::milliseconds{milliseconds}}; }

// A user of which nothing but the id and a version is known: signed up by phone.
inline User SparseUser(std::string id, std::int64_t updated_at_ms) {
  User user;
  user.id = std::move(id);
  user.created_at = AtMs(1'700'000'000'000);
  user.updated_at = AtMs(updated_at_ms);
  return user;
}

inline User NamedUser(std::string id, std::int64_t updated_at_ms, std::string first_name) {
  User user = SparseUser(std::move(id), updated_at_ms);
  user.email = "someone@example.com";
  user.first_name = std::move(first_name);
  user.last_name = "Lovelace";
  user.username = "ada";
  user.image_url = "https://img.example.com/ada.png";
  user.public_metadata = R"({"plan":"pro"})";
  return user;
}

// The event that carries the user, which must be one that can be stored.
inline UserEvent StateEvent(User user) { return Canonicalize(std::move(user)).value(); }
inline UserEvent DeletionEvent(std::string id) { return UserDeletion{std::move(id)}; }

}  // namespace inkwell::users

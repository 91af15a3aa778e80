#pragma once

#include <string>
#include <string_view>

namespace inkwell::posts::v1 {
class ListPublishedPostsResponse;
}
namespace inkwell::users::v1 {
class User;
}

namespace inkwell::gateway {

// What the public documents of an author are made of.
struct AuthorPage {
  const users::v1::User& author;
  const posts::v1::ListPublishedPostsResponse& posts;
  std::string_view origin;  // "https://inkwell.example", without a slash at the end
  std::string_view cursor;  // of this page of the list; empty: the first one
  int limit;                // posts of a page
};

// The name that others see: first and last name, else the username, else nothing that says who it is. Never the e-mail address.
[[nodiscard]] std::string PublicName(const users::v1::User& author);

// A page of HTML that needs no script: the posts, newest first, their text as it was written, and links to older ones.
[[nodiscard]] std::string RenderAuthorPage(const AuthorPage& page);

// A page of the same look for what cannot be shown.
[[nodiscard]] std::string RenderRefusalPage(std::string_view title, std::string_view text);

// The author's posts as an Atom feed (RFC 4287); further pages as in RFC 5005 section 3.
[[nodiscard]] std::string RenderAtomFeed(const AuthorPage& page);

}  // namespace inkwell::gateway

#include "gateway/handlers/author_page.h"

#include <google/protobuf/timestamp.pb.h>

#include <array>
#include <chrono>

#include "gateway/handlers/markup_text.h"
#include "gateway/handlers/timestamp.h"
#include "gateway/http/request_parts.h"
#include "inkwell/posts/v1/posts.pb.h"
#include "inkwell/users/v1/users.pb.h"

namespace inkwell::gateway {
namespace {

using google::protobuf::Timestamp;

std::string Escaped(std::string_view text) {
  std::string out;
  AppendMarkupText(out, text);
  return out;
}

// "2026-01-02T03:04:05.678Z": what Atom (RFC 3339) and <time> take.
std::string Machine(const Timestamp& time) {
  std::string quoted;
  AppendTimestamp(quoted, time);
  return quoted.substr(1, quoted.size() - 2);
}

// "2 January 2026", in UTC.
std::string Human(const Timestamp& time) {
  constexpr std::array<const char*, 12> kMonths{"January", "February", "March",     "April",   "May",      "June",
                                                "July",    "August",   "September", "October", "November", "December"};
  const std::chrono::sys_seconds second{std::chrono::seconds{time.seconds()}};
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(second)};
  return std::to_string(static_cast<unsigned>(date.day())) + ' ' + kMonths.at(static_cast<unsigned>(date.month()) - 1) + ' ' +
         std::to_string(static_cast<int>(date.year()));
}

// Ids of users and cursors are made of characters that need no escape in a URL.
std::string PagePath(const AuthorPage& page) { return "/u/" + page.author.user_id(); }

// The query of a page of this list, as markup.
std::string QueryOf(const AuthorPage& page, std::string_view cursor) {
  std::string query;
  if (page.limit != kDefaultLimit) query = "?limit=" + std::to_string(page.limit);
  if (!cursor.empty()) query.append(query.empty() ? "?" : "&amp;").append("cursor=").append(cursor);
  return query;
}

void AppendArticle(std::string& out, const posts::v1::Post& post) {
  out += "    <li class=\"post\"><article id=\"" + post.id() + "\">\n      <h2 class=\"post-title\">";
  AppendMarkupText(out, post.title());
  out += "</h2>\n";
  if (post.has_content() && !post.content().empty()) {
    out += "      <p class=\"post-content\">";
    AppendMarkupText(out, post.content());
    out += "</p>\n";
  }
  out += "      <p class=\"post-dates\"><a href=\"#" + post.id() + "\"><time datetime=\"" + Machine(post.create_time()) + "\">" +
         Human(post.create_time()) + "</time></a></p>\n    </article></li>\n";
}

void AppendEntry(std::string& out, const posts::v1::Post& post, const std::string& page_url) {
  out += "  <entry>\n    <id>urn:uuid:" + post.id() + "</id>\n    <title type=\"text\">";
  AppendMarkupText(out, post.title());
  out += "</title>\n    <published>" + Machine(post.create_time()) + "</published>\n    <updated>" + Machine(post.update_time()) +
         "</updated>\n    <link rel=\"alternate\" type=\"text/html\" href=\"" + page_url + '#' + post.id() +
         "\"/>\n    <content type=\"text\">";
  AppendMarkupText(out, post.content());
  out += "</content>\n  </entry>\n";
}

// Everything up to the heading, which says `title`. Both are markup.
void AppendTop(std::string& out, const std::string& title, const std::string& links) {
  out +=
      "<!doctype html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n"
      "  <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "  <meta name=\"color-scheme\" content=\"light dark\">\n  <title>";
  out += title;
  out +=
      " · Inkwell</title>\n  <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\n"
      "  <link rel=\"stylesheet\" href=\"/app.css\">\n";
  out += links;
  out +=
      "</head>\n<body>\n  <a class=\"skip-link\" href=\"#main\">Skip to content</a>\n"
      "  <header class=\"top\"><div class=\"top-inner\"><a class=\"brand\" href=\"/\">"
      "<img src=\"/favicon.svg\" width=\"28\" height=\"28\" alt=\"\">Inkwell</a></div></header>\n"
      "  <main id=\"main\" tabindex=\"-1\">\n    <h1 class=\"page-title\">";
  out += title;
  out += "</h1>\n";
}

void AppendBottom(std::string& out, const std::string& links) {
  out += "  </main>\n  <footer class=\"bottom\"><p>Inkwell";
  out += links;
  out += "</p></footer>\n</body>\n</html>\n";
}

// A feed has changed when one of its entries has; one without entries, with its author.
Timestamp LastUpdate(const AuthorPage& page) {
  if (page.posts.posts().empty()) return page.author.update_time();
  Timestamp last;
  for (const posts::v1::Post& post : page.posts.posts()) {
    const Timestamp& time = post.update_time();
    if (time.seconds() > last.seconds() || (time.seconds() == last.seconds() && time.nanos() > last.nanos())) last = time;
  }
  return last;
}

}  // namespace

std::string PublicName(const users::v1::User& author) {
  std::string name = author.first_name();
  if (!name.empty() && !author.last_name().empty()) name += ' ';
  name += author.last_name();
  if (name.empty()) name = author.username();
  return name.empty() ? "An author" : name;
}

std::string RenderAuthorPage(const AuthorPage& page) {
  const std::string name = Escaped(PublicName(page.author));
  const std::string path = PagePath(page);
  std::string links = "  <link rel=\"alternate\" type=\"application/atom+xml\" title=\"";
  links += name + "\" href=\"" + path + "/feed.atom\">\n";
  const bool first = page.cursor.empty();
  if (first) links += "  <link rel=\"canonical\" href=\"" + Escaped(page.origin) + path + "\">\n";
  std::string out;
  out.reserve(4096);
  AppendTop(out, name, links);
  if (page.posts.posts().empty()) {
    out += first ? "    <p class=\"list-state\">Nothing is published here yet.</p>\n"
                 : "    <p class=\"list-state\">There are no older posts.</p>\n";
  } else {
    out += "    <ol class=\"posts\">\n";
    for (const posts::v1::Post& post : page.posts.posts()) AppendArticle(out, post);
    out += "    </ol>\n";
  }
  std::string pages;
  if (!first) pages += "      <a class=\"button\" href=\"" + path + QueryOf(page, {}) + "\">Newest posts</a>\n";
  if (const std::string& next = page.posts.next_page_token(); !next.empty()) {
    pages += "      <a class=\"button\" rel=\"next\" href=\"" + path + QueryOf(page, next) + "\">Older posts</a>\n";
  }
  if (!pages.empty()) out += "    <nav aria-label=\"Pages\"><p class=\"button-row\">\n" + pages + "    </p></nav>\n";
  AppendBottom(out, " · <a href=\"" + path + "/feed.atom\">Atom feed</a>");
  return out;
}

std::string RenderRefusalPage(std::string_view title, std::string_view text) {
  std::string out;
  AppendTop(out, Escaped(title), "");
  out += "    <p class=\"list-state\">";
  AppendMarkupText(out, text);
  out += "</p>\n    <p class=\"button-row\"><a class=\"button\" href=\"/\">Back to Inkwell</a></p>\n";
  AppendBottom(out, "");
  return out;
}

std::string RenderAtomFeed(const AuthorPage& page) {
  const std::string name = Escaped(PublicName(page.author));
  const std::string page_url = Escaped(page.origin) + PagePath(page);
  const std::string feed_url = page_url + "/feed.atom";
  std::string out;
  out.reserve(4096);
  out += "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n  <id>" + feed_url +
         "</id>\n  <title type=\"text\">" + name + "</title>\n  <updated>" + Machine(LastUpdate(page)) +
         "</updated>\n  <author><name>" + name +
         "</name></author>\n  <generator>Inkwell</generator>\n"
         "  <link rel=\"self\" type=\"application/atom+xml\" href=\"" +
         feed_url + QueryOf(page, page.cursor) + "\"/>\n  <link rel=\"alternate\" type=\"text/html\" href=\"" + page_url +
         "\"/>\n";
  if (const std::string& next = page.posts.next_page_token(); !next.empty()) {
    out += "  <link rel=\"next\" type=\"application/atom+xml\" href=\"" + feed_url + QueryOf(page, next) + "\"/>\n";
  }
  for (const posts::v1::Post& post : page.posts.posts()) AppendEntry(out, post, page_url);
  out += "</feed>\n";
  return out;
}

}  // namespace inkwell::gateway

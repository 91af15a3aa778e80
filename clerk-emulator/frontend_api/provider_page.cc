#include "clerk-emulator/frontend_api/provider_page.h"

#include <string>
#include <string_view>
#include <utility>

#include "clerk-emulator/frontend_api/envelope.h"
#include "clerk-emulator/http/form_body.h"
#include "clerk-emulator/http/html.h"

namespace inkwell::emulator {
namespace {

// Without scripts, and styled in one element, so that it also shows under a gateway's content security policy. The referrer
// policy makes the browser send the form's Origin, by which the emulator knows that it is its own page.
constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="same-origin"><meta name="color-scheme" content="light dark">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:22rem;margin:12vh auto;padding:0 1rem}
label{display:block;margin:1rem 0 .25rem}input,button{font:inherit;padding:.5rem .6rem;width:100%;box-sizing:border-box}
button{margin-top:1.5rem}small{opacity:.75}</style>
)";

HttpResponse Page(int status, const std::string& title, const std::string& content) {
  return {status,
          std::string(kHead) + "<title>" + title + "</title></head><body><h1>" + title + "</h1>" + content + "</body></html>\n",
          "text/html; charset=utf-8",
          {{"Cache-Control", "no-store"}}};
}

HttpResponse ErrorPage(const ClerkError& error) {
  return Page(error.status, "This does not work", "<p>" + EscapeHtml(error.long_message) + "</p>");
}

}  // namespace

ProviderPage::ProviderPage(ProviderLogins& logins, const BrowserAccess& access) : logins_(logins), access_(access) {}

void ProviderPage::AddTo(Router& router) {
  router.Add("GET", "/v1/oauth_provider", [this](const HttpRequest& request) { return Show(request); });
  router.Add("POST", "/v1/oauth_callback", [this](const HttpRequest& request) { return Callback(request); });
}

HttpResponse ProviderPage::Show(const HttpRequest& request) {
  const auto state = request.Query("state").value_or("");
  const auto provider = logins_.ProviderOf(BrowserOf(request), state);
  if (!provider) return ErrorPage(provider.error());
  const auto name = EscapeHtml(provider->name);
  // A relative target: the page is at /v1/oauth_provider behind any proxy's prefix.
  return Page(
      200, "Not " + name + ", but the emulator",
      "<p>Who are you at " + name + "? Nobody checks.</p><form method=\"post\" action=\"oauth_callback\">" +
          "<input type=\"hidden\" name=\"state\" value=\"" + EscapeHtml(state) + "\">" +
          "<label for=\"email\">Email address</label><input id=\"email\" name=\"email\" type=\"email\" required autofocus>" +
          "<label for=\"first_name\">First name</label><input id=\"first_name\" name=\"first_name\">" +
          "<label for=\"last_name\">Last name</label><input id=\"last_name\" name=\"last_name\">" +
          "<button>Continue</button></form><p><small>It stays on this machine.</small></p>");
}

HttpResponse ProviderPage::Callback(const HttpRequest& request) {
  const FormBody form(request.body);
  ExternalIdentity identity;
  identity.email_address = form.TextOr("email", "");
  identity.first_name = form.TextOr("first_name", "");
  identity.last_name = form.TextOr("last_name", "");
  auto target = logins_.Finish(BrowserOf(request), form.TextOr("state", ""), std::move(identity));
  if (!target) return ErrorPage(target.error());
  // Checked here, where the way out is: an emulator that redirects anywhere would lend its name to any page.
  if (!access_.IsOwnPage(request, *target)) return ErrorPage(OriginInvalid());
  return {303, {}, "text/plain", {{"Location", std::move(*target)}, {"Cache-Control", "no-store"}}};
}

}  // namespace inkwell::emulator

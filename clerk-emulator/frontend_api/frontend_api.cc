#include "clerk-emulator/frontend_api/frontend_api.h"

#include <utility>

namespace inkwell::emulator {

FrontendApi::FrontendApi(InstanceSettings settings, const std::filesystem::path& clerk_js_directory, StateStore& store,
                         const WebhookEvents& events, const TokenIssuer& issuer, const BrowserAccess& access, const Clock& clock)
    : settings_(std::move(settings)),
      sign_ups_(store, clock, events, settings_),
      sign_ins_(store, clock, events, settings_),
      provider_logins_(store, clock, events, settings_),
      sessions_(store, clock, events),
      envelope_(store, issuer, access, clock),
      sign_up_routes_(sign_ups_, provider_logins_, envelope_),
      sign_in_routes_(sign_ins_, provider_logins_, store, envelope_),
      session_routes_(settings_, sessions_, envelope_, issuer, access, clock),
      provider_page_(provider_logins_, access),
      files_(clerk_js_directory) {}

void FrontendApi::AddRoutes(Router& router) {
  session_routes_.AddTo(router);
  sign_up_routes_.AddTo(router);
  sign_in_routes_.AddTo(router);
  provider_page_.AddTo(router);
  files_.AddTo(router);
}

}  // namespace inkwell::emulator

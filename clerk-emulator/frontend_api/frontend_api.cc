#include "clerk-emulator/frontend_api/frontend_api.h"

#include <utility>

namespace inkwell::emulator {

FrontendApi::FrontendApi(InstanceSettings settings, const Directories& directories, StateStore& store, Accounts& accounts,
                         const WebhookEvents& events, const TokenIssuer& issuer, const BrowserAccess& access, const Clock& clock)
    : settings_(std::move(settings)),
      sign_ups_(store, clock, events, settings_),
      sign_ins_(store, clock, events, settings_),
      provider_logins_(store, clock, events, settings_),
      sessions_(store, clock, events),
      profiles_(store, clock, events),
      organizations_(store, clock, events),
      images_(directories.data / "images"),
      envelope_(store, issuer, access, clock),
      sign_up_routes_(sign_ups_, provider_logins_, envelope_),
      sign_in_routes_(sign_ins_, provider_logins_, store, envelope_),
      session_routes_(settings_, sessions_, envelope_, issuer, access, clock),
      profile_routes_(profiles_, provider_logins_, accounts, images_, store, envelope_, clock),
      organization_routes_(organizations_, store, envelope_),
      provider_page_(provider_logins_, access),
      handshake_(issuer.issuer(), envelope_, issuer, access),
      files_(directories.clerk_js) {}

void FrontendApi::AddRoutes(Router& router) {
  session_routes_.AddTo(router);
  sign_up_routes_.AddTo(router);
  sign_in_routes_.AddTo(router);
  profile_routes_.AddTo(router);
  if (settings_.organizations) organization_routes_.AddTo(router);
  images_.AddTo(router);
  provider_page_.AddTo(router);
  handshake_.AddTo(router);
  files_.AddTo(router);
}

}  // namespace inkwell::emulator

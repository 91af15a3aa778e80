#pragma once

#include "clerk-emulator/accounts/provider_logins.h"
#include "clerk-emulator/http/form_body.h"
#include "clerk-emulator/http/http.h"

namespace inkwell::emulator {

// Where the browser reaches this emulator: the proxy in front of it, else the Host that it named.
[[nodiscard]] std::string PublicUrl(const HttpRequest& request);

// The fields of a "Continue with …" button.
[[nodiscard]] ProviderRequest ReadProviderRequest(const HttpRequest& request, const FormBody& form);

}  // namespace inkwell::emulator

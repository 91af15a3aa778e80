#include "clerk-emulator/frontend_api/provider_request.h"

namespace inkwell::emulator {

std::string PublicUrl(const HttpRequest& request) {
  auto url = request.Header("clerk-proxy-url");
  if (url.empty()) url = "http://" + request.Header("host");
  while (url.ends_with('/')) url.pop_back();
  return url;
}

ProviderRequest ReadProviderRequest(const HttpRequest& request, const FormBody& form) {
  return {form.TextOr("strategy", ""), PublicUrl(request), form.TextOr("redirect_url", ""),
          form.TextOr("action_complete_redirect_url", "")};
}

}  // namespace inkwell::emulator

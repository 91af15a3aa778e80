#include "clerk/http_client.h"

#include "encoding/text.h"

namespace clerk {

std::string_view HttpResponse::Header(std::string_view name) const {
  for (const HttpHeader& header : headers) {
    if (encoding::EqualsIgnoreCase(header.name, name)) return header.value;
  }
  return {};
}

}  // namespace clerk

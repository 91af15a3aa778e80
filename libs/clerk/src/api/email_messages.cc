#include "api/email_messages.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "api/names.h"

namespace clerk::api {
namespace {

using encoding::Json;

bool IsIdempotencyKey(const Json& value) {
  constexpr std::size_t kMaxLength = 255;
  const auto* text = value.get_ptr<const std::string*>();
  return text != nullptr && !text->empty() && text->size() <= kMaxLength && std::all_of(text->begin(), text->end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
         });
}

}  // namespace

std::optional<EmailRequest> MakeEmail(Json message) {
  EmailRequest request;
  if (const Json* key = encoding::Member(message, "idempotencyKey")) {
    if (!IsIdempotencyKey(*key)) return std::nullopt;
    request.idempotency_key = key->get<std::string>();
    message.erase("idempotencyKey");
  }
  request.body = SnakeNames(message, Depth::kTop);
  if (const Json* to = encoding::Member(message, "to")) request.body["to"] = SnakeNames(*to, Depth::kTop);
  return request;
}

std::optional<EmailRequest> MakeEmailBatch(const Json& messages) {
  constexpr std::size_t kMaxMessages = 100;
  if (messages.empty() || messages.size() > kMaxMessages) return std::nullopt;
  EmailRequest batch;
  Json& list = batch.body["messages"] = Json::array();
  for (const Json& message : messages) {
    auto request = MakeEmail(message);
    if (!request) return std::nullopt;
    if (!request->idempotency_key.empty()) request->body["idempotency_key"] = request->idempotency_key;
    list.push_back(std::move(request->body));
  }
  return batch;
}

}  // namespace clerk::api

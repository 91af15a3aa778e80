#include "endpoint_sender.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <random>
#include <utility>

namespace clerk::conformance {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::chrono::seconds kTimeout{20};

std::string Base64(const unsigned char* bytes, std::size_t size) {
  std::string text(4 * ((size + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

}  // namespace

EndpointSender::EndpointSender(std::string url, std::string secret)
    : url_(std::move(url)), secret_(std::move(secret)), http_(MakeHttpClient()) {}

std::optional<std::string> EndpointSender::KeyOf(std::string_view secret) {
  if (!secret.starts_with(kPrefix)) return std::nullopt;
  const std::string_view text = secret.substr(kPrefix.size());
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  // EVP_DecodeBlock counts padding as bytes.
  bytes.resize(static_cast<std::size_t>(length) - static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '=')));
  return bytes;
}

std::string EndpointSender::SignWith(std::string_view secret, std::string_view id, std::string_view timestamp,
                                     std::string_view body) {
  const std::string key = KeyOf(secret).value_or("");
  std::string message(id);
  message.append(".").append(timestamp).append(".").append(body);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
       message.size(), mac, &length);
  return "v1," + Base64(mac, length);
}

std::string EndpointSender::Sign(std::string_view id, std::string_view timestamp, std::string_view body) const {
  return SignWith(secret_, id, timestamp, body);
}

Delivery EndpointSender::Signed(std::string body, std::chrono::seconds age) const {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string timestamp = std::to_string((now - age).time_since_epoch().count());
  const std::string id = FreshId("msg_");
  Delivery delivery;
  delivery.headers = {{"content-type", "application/json"},
                      {"svix-id", id},
                      {"svix-timestamp", timestamp},
                      {"svix-signature", Sign(id, timestamp, body)}};
  delivery.body = std::move(body);
  return delivery;
}

int EndpointSender::Send(const Delivery& delivery) const {
  HttpRequest request;
  request.method = delivery.method;
  request.url = url_;
  request.headers = delivery.headers;
  request.body = delivery.body;
  request.timeout = kTimeout;
  const auto response = http_->Send(request);
  return response ? response->status : 0;
}

std::string EndpointSender::FreshId(std::string_view prefix) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  thread_local std::random_device random;
  std::uniform_int_distribution<std::size_t> place(0, kAlphabet.size() - 1);
  std::string id(prefix);
  for (int i = 0; i < 27; ++i) id += kAlphabet[place(random)];
  return id;
}

std::string HeaderOf(const Delivery& delivery, std::string_view name) {
  for (const HttpHeader& header : delivery.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

Delivery With(Delivery delivery, std::string_view name, const std::string& value) {
  for (HttpHeader& header : delivery.headers) {
    if (header.name == name) header.value = value;
  }
  return delivery;
}

Delivery Without(Delivery delivery, std::string_view name) {
  std::erase_if(delivery.headers, [&](const HttpHeader& header) { return header.name == name; });
  return delivery;
}

}  // namespace clerk::conformance

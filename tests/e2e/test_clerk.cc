#include "tests/e2e/test_clerk.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace inkwell::e2e {
namespace {

constexpr std::string_view kIssuer = "https://clerk.localhost";
constexpr std::string_view kOrigin = "http://localhost:3000";

void Check(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(what);
}

std::string Base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string Base64Url(std::string_view bytes) {
  std::string text = Base64(bytes);
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::string RandomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  Check(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1, "RAND_bytes");
  return bytes;
}

std::int64_t NowSeconds() { return NowMilliseconds() / 1000; }

}  // namespace

std::int64_t NowMilliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string UserId(std::string_view seed) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(seed.data()), seed.size(), hash);
  std::string id = "user_2";
  for (int i = 0; i < 26; ++i) id += kAlphabet[hash[i] % kAlphabet.size()];
  return id;
}

TestClerk::TestClerk(std::string key_id) : key_id_(std::move(key_id)), key_(EVP_RSA_gen(2048)), webhook_key_(RandomBytes(24)) {
  Check(key_ != nullptr, "EVP_RSA_gen");
  webhook_secret_ = "whsec_" + Base64(webhook_key_);
}

TestClerk::~TestClerk() { EVP_PKEY_free(key_); }

std::string TestClerk::PublicKeyPem() const {
  BIO* bio = BIO_new(BIO_s_mem());
  Check(bio != nullptr && PEM_write_bio_PUBKEY(bio, key_) == 1, "PEM_write_bio_PUBKEY");
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<std::size_t>(length));
  BIO_free(bio);
  return pem;
}

nlohmann::json TestClerk::Jwk() const {
  const auto number = [this](const char* name) {
    BIGNUM* value = nullptr;
    Check(EVP_PKEY_get_bn_param(key_, name, &value) == 1, name);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(value);
    return Base64Url(bytes);
  };
  return {{"use", "sig"}, {"kty", "RSA"}, {"kid", key_id_}, {"alg", "RS256"}, {"n", number("n")}, {"e", number("e")}};
}

std::string TestClerk::SessionToken(std::string_view user_id, const nlohmann::json& claims) const {
  const std::int64_t now = NowSeconds();
  const nlohmann::json header = {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", key_id_}, {"cat", "cl_B7d4PD111AAA"}};
  nlohmann::json payload = {{"azp", kOrigin},
                            {"exp", now + 60},
                            {"fva", {0, -1}},
                            {"iat", now},
                            {"iss", kIssuer},
                            {"nbf", now - 10},
                            {"sid", "sess_2test0000000000000000000000"},
                            {"sts", "active"},
                            {"sub", user_id},
                            {"v", 2}};
  payload.update(claims);
  const std::string signing_input = Base64Url(header.dump()) + "." + Base64Url(payload.dump());
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  Check(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_) == 1, "EVP_DigestSignInit");
  std::size_t length = 0;
  const auto* input = reinterpret_cast<const unsigned char*>(signing_input.data());
  Check(EVP_DigestSign(context, nullptr, &length, input, signing_input.size()) == 1, "EVP_DigestSign");
  std::string signature(length, '\0');
  Check(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &length, input, signing_input.size()) == 1,
        "EVP_DigestSign");
  EVP_MD_CTX_free(context);
  return signing_input + "." + Base64Url(signature);
}

TestClerk::Headers TestClerk::SignWebhook(std::string_view body, std::chrono::seconds age) const {
  static std::atomic<std::uint64_t> next{1};
  const std::string id = "msg_2test" + std::to_string(next++);
  const std::string timestamp = std::to_string(NowSeconds() - age.count());
  const std::string input = id + "." + timestamp + "." + std::string(body);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), webhook_key_.data(), static_cast<int>(webhook_key_.size()),
       reinterpret_cast<const unsigned char*>(input.data()), input.size(), mac, &length);
  return {{"svix-id", id},
          {"svix-timestamp", timestamp},
          {"svix-signature", "v1," + Base64({reinterpret_cast<const char*>(mac), length})}};
}

std::string TestClerk::Event(std::string_view type, const nlohmann::json& data) {
  return nlohmann::json{{"data", data},
                        {"event_attributes", {{"http_request", {{"client_ip", "127.0.0.1"}, {"user_agent", "test"}}}}},
                        {"instance_id", kInstanceId},
                        {"object", "event"},
                        {"timestamp", NowMilliseconds()},
                        {"type", type}}
      .dump();
}

nlohmann::json TestClerk::SparseUser(std::string_view user_id, std::int64_t updated_at_ms) {
  return {{"id", user_id},
          {"object", "user"},
          {"email_addresses", nlohmann::json::array()},
          {"primary_email_address_id", nullptr},
          {"first_name", nullptr},
          {"last_name", nullptr},
          {"username", nullptr},
          {"public_metadata", nlohmann::json::object()},
          {"banned", false},
          {"locked", false},
          {"created_at", updated_at_ms},
          {"updated_at", updated_at_ms}};
}

nlohmann::json TestClerk::User(std::string_view user_id, std::int64_t updated_at_ms, std::string_view email) {
  nlohmann::json user = SparseUser(user_id, updated_at_ms);
  user["first_name"] = "Ada";
  user["last_name"] = "Lovelace";
  user["image_url"] = "https://img.clerk.com/avatar";
  user["primary_email_address_id"] = "idn_2primary";
  user["email_addresses"] = {{{"id", "idn_2other"}, {"email_address", "other@example.com"}, {"verification", nullptr}},
                             {{"id", "idn_2primary"}, {"email_address", email}, {"verification", {{"status", "verified"}}}}};
  return user;
}

nlohmann::json TestClerk::DeletedUser(std::string_view user_id) {
  return {{"id", user_id}, {"object", "user"}, {"deleted", true}};
}

}  // namespace inkwell::e2e

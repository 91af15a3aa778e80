// Measures in one run, on one thread: OpenSSL's own RSA-2048 verification (of a digest, and of a text as long as a token), a
// whole token verification by the SDK, one that the cache of verified tokens answers, and what a gateway does for nearly every
// call: authenticateRequest of a remembered bearer, and of a remembered cookie. Times are CPU times of the thread, so that a busy
// machine disturbs little; all are measured in turns, and of each the median counts.
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clerk/publishable_key.h"
#include "clerk/request_authenticator.h"
#include "clerk/token_verifier.h"
#include "tests/unit/clerk/token_signer.h"

namespace {

using clerk::testing::TokenSigner;

constexpr int kRounds = 15;
constexpr double kSecondsPerTurn = 0.2;
constexpr int kTokens = 256;

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "clerk-bench: %s\n", what);
  std::exit(1);
}

// Calls per CPU second, of a turn.
double Rate(const std::function<void(int)>& call) {
  constexpr int kBatch = 32;
  const double start = CpuSeconds();
  double spent = 0;
  int calls = 0;
  do {
    for (int i = 0; i < kBatch; ++i) call(calls++);
    spent = CpuSeconds() - start;
  } while (spent < kSecondsPerTurn);
  return calls / spent;
}

struct Subject {
  const char* name;
  std::function<void(int)> call;
  std::vector<double> rates{};

  [[nodiscard]] double Median() const {
    auto sorted = rates;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
};

// Signs and verifies digests with OpenSSL alone, as `openssl speed rsa2048` does: a kept context, no hashing.
class RawRsa final {
 public:
  // `text_bytes` is the length of the text that VerifyText verifies.
  explicit RawRsa(std::size_t text_bytes) : key_(EVP_RSA_gen(2048)), text_(text_bytes, 'x') {
    EVP_PKEY_CTX* signer = Context(EVP_PKEY_sign_init);
    std::size_t size = signature_.size();
    if (EVP_PKEY_sign(signer, signature_.data(), &size, digest_.data(), digest_.size()) != 1) Fail("OpenSSL cannot sign");
    EVP_PKEY_CTX_free(signer);
    verifier_ = Context(EVP_PKEY_verify_init);
    EVP_MD_CTX* text_signer = EVP_MD_CTX_new();
    size = text_signature_.size();
    if (EVP_DigestSignInit(text_signer, nullptr, EVP_sha256(), nullptr, key_) != 1 ||
        EVP_DigestSign(text_signer, text_signature_.data(), &size, text_.data(), text_.size()) != 1) {
      Fail("OpenSSL cannot sign a text");
    }
    EVP_MD_CTX_free(text_signer);
  }
  RawRsa(const RawRsa&) = delete;
  RawRsa& operator=(const RawRsa&) = delete;
  ~RawRsa() {
    EVP_PKEY_CTX_free(verifier_);
    EVP_PKEY_free(key_);
  }

  // RS256 by OpenSSL's own function: the text is hashed, and the signature verified by the key.
  void VerifyText() const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    if (EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key_) != 1 ||
        EVP_DigestVerify(context, text_signature_.data(), text_signature_.size(), text_.data(), text_.size()) != 1) {
      Fail("OpenSSL refuses its own signature of a text");
    }
    EVP_MD_CTX_free(context);
  }

  void Verify() const {
    if (EVP_PKEY_verify(verifier_, signature_.data(), signature_.size(), digest_.data(), digest_.size()) != 1) {
      Fail("OpenSSL refuses its own signature");
    }
  }

 private:
  EVP_PKEY_CTX* Context(int (*init)(EVP_PKEY_CTX*)) const {
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key_, nullptr);
    if (context == nullptr || init(context) != 1 || EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) != 1) {
      Fail("OpenSSL cannot prepare a key");
    }
    return context;
  }

  EVP_PKEY* key_;
  std::vector<unsigned char> digest_ = std::vector<unsigned char>(32, 0x5a);
  std::vector<unsigned char> signature_ = std::vector<unsigned char>(256);
  EVP_PKEY_CTX* verifier_ = nullptr;
  std::vector<unsigned char> text_;
  std::vector<unsigned char> text_signature_ = std::vector<unsigned char>(256);
};

// Session tokens of version 2 with an active organization, as long as Clerk's are.
std::vector<std::string> MakeTokens(const TokenSigner& signer) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  auto claims = clerk::testing::SessionClaims(now);
  claims.update(
      {{"exp", now + 3600},
       {"v", 2},
       {"sts", "active"},
       {"fva", {3, -1}},
       {"fea", "o:dashboard,o:teams"},
       {"pla", "o:pro"},
       {"o",
        {{"id", "org_2abcdefghijklmnopqrstuvwxyz"}, {"slg", "acme"}, {"rol", "admin"}, {"per", "manage,read"}, {"fpm", "3,2"}}}});
  std::vector<std::string> tokens;
  for (int i = 0; i < kTokens; ++i) {
    claims["sub"] = "user_2abcdefghijklmnopqrstu" + std::to_string(1000 + i);
    claims["sid"] = "sess_2abcdefghijklmnopqrstu" + std::to_string(1000 + i);
    tokens.push_back(signer.Sign(claims));
  }
  return tokens;
}

clerk::TokenVerifier MakeVerifier(const TokenSigner& signer, std::size_t cache_entries) {
  clerk::TokenVerifierOptions options;
  options.jwks_json = signer.Jwks();
  options.authorized_parties = {"https://app.example.com"};
  options.issuer = {"https://clerk.example.com"};
  options.cache_entries = cache_entries;
  auto verifier = clerk::TokenVerifier::Create(std::move(options));
  if (!verifier) Fail("the verifier cannot be made");
  return std::move(*verifier);
}

// Requests of an API call as browsers make them: the token as bearer, or in the cookies of a page that is signed in.
class Requests final {
 public:
  Requests(const TokenSigner& signer, const std::vector<std::string>& tokens)
      : authenticator_(MakeAuthenticator(signer)), cookie_suffix_(clerk::PublishableKey::CookieSuffix(kKey)) {
    for (const auto& token : tokens) {
      bearers_.push_back("Bearer " + token);
      std::string cookies = "__client_uat_" + cookie_suffix_;
      cookies.append("=1700000000; __session_").append(cookie_suffix_).append("=").append(token);
      cookies_.push_back(std::move(cookies));
    }
  }

  void ByBearer(int i) const { Authenticate("Authorization", bearers_[static_cast<std::size_t>(i % kTokens)]); }
  void ByCookie(int i) const { Authenticate("Cookie", cookies_[static_cast<std::size_t>(i % kTokens)]); }

 private:
  static constexpr const char* kKey = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";  // clerk.example.com

  static clerk::RequestAuthenticator MakeAuthenticator(const TokenSigner& signer) {
    clerk::AuthenticateRequestOptions options;
    options.publishable_key = kKey;
    options.without_secret_key = true;
    options.jwt_key = signer.Pem();
    options.authorized_parties = {"https://app.example.com"};
    options.issuer = {"https://clerk.example.com"};
    auto authenticator = clerk::RequestAuthenticator::Create(std::move(options));
    if (!authenticator) Fail("the authenticator cannot be made");
    return std::move(*authenticator);
  }

  void Authenticate(std::string_view name, std::string_view value) const {
    const std::array<clerk::HeaderView, 5> headers = {{{"Host", "app.example.com"},
                                                       {"Accept", "application/json"},
                                                       {"Sec-Fetch-Dest", "empty"},
                                                       {"User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"},
                                                       {name, value}}};
    const auto state = authenticator_.TryAuthenticate({"GET", "http://app.example.com/api/posts?limit=20", headers});
    if (!state || !*state || !(**state).is_signed_in()) Fail("a genuine request was refused");
  }

  const clerk::RequestAuthenticator authenticator_;
  const std::string cookie_suffix_;
  std::vector<std::string> bearers_;
  std::vector<std::string> cookies_;
};

}  // namespace

int main() {
  const TokenSigner& signer = TokenSigner::First();
  const auto tokens = MakeTokens(signer);
  const auto uncached = MakeVerifier(signer, 0);
  const auto cached = MakeVerifier(signer, kTokens * 4);
  const RawRsa rsa(tokens.front().rfind('.'));
  const auto verify = [&tokens](const clerk::TokenVerifier& verifier, int i) {
    if (!verifier.Verify(tokens[static_cast<std::size_t>(i % kTokens)])) Fail("a genuine token was refused");
  };
  const Requests requests(signer, tokens);
  for (int i = 0; i < kTokens; ++i) {
    verify(cached, i);
    requests.ByBearer(i);
  }

  std::vector<Subject> subjects = {{"OpenSSL, RSA-2048 verify", [&](int) { rsa.Verify(); }},
                                   {"OpenSSL, RS256 verify", [&](int) { rsa.VerifyText(); }},
                                   {"SDK, whole verification", [&](int i) { verify(uncached, i); }},
                                   {"SDK, remembered verdict", [&](int i) { verify(cached, i); }},
                                   {"SDK, request by bearer", [&](int i) { requests.ByBearer(i); }},
                                   {"SDK, request by cookie", [&](int i) { requests.ByCookie(i); }}};
  for (int round = 0; round < kRounds; ++round) {
    for (auto& subject : subjects) subject.rates.push_back(Rate(subject.call));
  }
  const double raw = subjects.front().Median();
  std::printf("one thread, tokens of %zu bytes, calls per CPU second (median of %d turns)\n", tokens.front().size(), kRounds);
  for (const auto& subject : subjects) {
    const double rate = subject.Median();
    std::printf("%-26s %10.0f/s  %8.3f us  %7.3f of OpenSSL's\n", subject.name, rate, 1e6 / rate, rate / raw);
  }
  return 0;
}

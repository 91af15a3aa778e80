#include "grpc_credentials.h"

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <fstream>
#include <iterator>

namespace inkwell::runtime {
namespace {

struct TlsTexts {
  std::string ca;
  std::string cert;
  std::string key;
};

Result<std::string> ReadPem(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || text.find("-----BEGIN ") == std::string::npos) {
    return Fail(Code::kFailedPrecondition, "TLS_FILE_UNREADABLE", "A TLS file cannot be read or is not PEM.", {{"file", path}});
  }
  return text;
}

Result<TlsTexts> ReadTlsFiles(const TlsFiles& tls) {
  TlsTexts texts;
  for (const auto& [path, text] :
       {std::pair(&tls.ca_file, &texts.ca), std::pair(&tls.cert_file, &texts.cert), std::pair(&tls.key_file, &texts.key)}) {
    Result<std::string> content = ReadPem(*path);
    if (!content) return tl::unexpected<Error>(std::move(content).error());
    *text = *std::move(content);
  }
  return texts;
}

}  // namespace

Result<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(const TlsFiles& tls) {
  if (!tls.enabled()) return grpc::InsecureServerCredentials();
  Result<TlsTexts> texts = ReadTlsFiles(tls);
  if (!texts) return tl::unexpected<Error>(std::move(texts).error());
  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = texts->ca;
  options.pem_key_cert_pairs.push_back({texts->key, texts->cert});
  return grpc::SslServerCredentials(options);
}

Result<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(const TlsFiles& tls) {
  if (!tls.enabled()) return grpc::InsecureChannelCredentials();
  Result<TlsTexts> texts = ReadTlsFiles(tls);
  if (!texts) return tl::unexpected<Error>(std::move(texts).error());
  return grpc::SslCredentials({texts->ca, texts->key, texts->cert});
}

}  // namespace inkwell::runtime

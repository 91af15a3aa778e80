#include "tests/support/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace inkwell::testing {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "CertificateDirectory: %s\n", what);
  std::abort();
}

Key MakeKey() {
  Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  Require(key != nullptr, "no key");
  return key;
}

void AddExtension(X509& certificate, int nid, const char* value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, nid, value), &X509_EXTENSION_free);
  Require(extension && X509_add_ext(&certificate, extension.get(), -1) == 1, "no extension");
}

// Signed by `issuer_key`; by itself if there is no issuer.
Certificate MakeCertificate(const char* name, EVP_PKEY& key, EVP_PKEY& issuer_key, const X509* issuer) {
  Certificate certificate(X509_new(), &X509_free);
  Require(certificate != nullptr, "no certificate");
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), issuer == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
  X509_set_pubkey(certificate.get(), &key);
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), issuer == nullptr ? subject : X509_get_subject_name(issuer));
  if (issuer == nullptr) {
    AddExtension(*certificate, NID_basic_constraints, "critical,CA:TRUE");
  } else {
    AddExtension(*certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  }
  Require(X509_sign(certificate.get(), &issuer_key, EVP_sha256()) > 0, "no signature");
  return certificate;
}

struct CloseFile {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};

template <typename Write>
void WriteFile(const std::string& path, Write write) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "w"));
  Require(file && write(file.get()) == 1, "cannot write a file");
}

std::string MakeDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "inkwell-tls-XXXXXX").string();
  Require(mkdtemp(pattern.data()) != nullptr, "no directory");
  return pattern;
}

}  // namespace

CertificateDirectory::CertificateDirectory() : directory_(MakeDirectory()) {
  const Key authority_key = MakeKey();
  const Certificate authority = MakeCertificate("test authority", *authority_key, *authority_key, nullptr);
  const Key key = MakeKey();
  const Certificate certificate = MakeCertificate("localhost", *key, *authority_key, authority.get());
  WriteFile(files().ca_file, [&](std::FILE* file) { return PEM_write_X509(file, authority.get()); });
  WriteFile(files().cert_file, [&](std::FILE* file) { return PEM_write_X509(file, certificate.get()); });
  WriteFile(files().key_file,
            [&](std::FILE* file) { return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

CertificateDirectory::~CertificateDirectory() {
  std::error_code error;
  std::filesystem::remove_all(directory_, error);
}

}  // namespace inkwell::testing

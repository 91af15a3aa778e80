#pragma once

#include <string>

#include "runtime/settings.h"

namespace inkwell::testing {

// A directory with a fresh authority, and a key and certificate for "localhost" that it signed: for mutual TLS. Removed with the
// object. What fails here ends the test program.
class CertificateDirectory final {
 public:
  CertificateDirectory();
  ~CertificateDirectory();
  CertificateDirectory(const CertificateDirectory&) = delete;
  CertificateDirectory& operator=(const CertificateDirectory&) = delete;

  [[nodiscard]] runtime::TlsFiles files() const {
    return {directory_ + "/ca.pem", directory_ + "/cert.pem", directory_ + "/key.pem"};
  }

 private:
  std::string directory_;
};

}  // namespace inkwell::testing

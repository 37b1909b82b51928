#include "gwpolicy/tls/client_certificate.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/tls/parse_certificates.h"

namespace gwpolicy {
namespace tls {
namespace {

// Never asks a terminal: an encrypted key is an unreadable one.
int NoPassword(char*, int, int, void*) { return 0; }

bssl::UniquePtr<BIO> ReaderOf(absl::string_view text) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(text.data(), static_cast<ossl_ssize_t>(text.size())));
}

bool IsEndOfPem() {
  const uint32_t error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

}  // namespace

LoadedClientCertificate::~LoadedClientCertificate() {
  for (X509* certificate : chain_) X509_free(certificate);
  EVP_PKEY_free(key_);
}

bool LoadedClientCertificate::ReadChain(absl::string_view pem) {
  if (auto plain = ReadPlainCertificates(pem, TrustBundle::kMaxCertificates)) {
    for (ParsedCertificate& one : *plain) chain_.push_back(one.certificate.release());
    return !chain_.empty();
  }
  const bssl::UniquePtr<BIO> reader = ReaderOf(pem);
  // The first may carry trust settings, as in Envoy; the rest are read until the text ends.
  X509* certificate = reader == nullptr
                          ? nullptr
                          : PEM_read_bio_X509_AUX(reader.get(), nullptr, NoPassword, nullptr);
  while (certificate != nullptr) {
    chain_.push_back(certificate);
    certificate = PEM_read_bio_X509(reader.get(), nullptr, NoPassword, nullptr);
  }
  const bool whole = !chain_.empty() && IsEndOfPem();
  ERR_clear_error();
  return whole;
}

std::vector<TrustNote> LoadedClientCertificate::Load(const ClientCertificate& pair) {
  std::vector<TrustNote> notes;
  const auto refuse = [&](Code code, std::string message, std::string envoy_reason) {
    if (notes.empty()) envoy_reason_ = std::move(envoy_reason);
    notes.push_back({code, std::move(message), 0});
  };
  const bool has_chain = !pair.chain_pem.empty();
  const bool has_key = !pair.key_pem.empty();
  if (!has_chain || !has_key) {
    refuse(Code::kClientCertIncomplete,
           has_chain ? "The client certificate has no private key"
           : has_key ? "The private key has no client certificate"
                     : "The client certificate and its private key are empty",
           has_chain ? "Failed to load incomplete private key from path: <inline>"
                     : "Failed to load incomplete certificate from <inline>: certificate chain "
                       "not set");
    return notes;
  }

  ERR_clear_error();
  if (!ReadChain(pair.chain_pem)) {
    refuse(Code::kClientCertMalformed,
           chain_.empty() ? "The client certificate cannot be parsed"
                          : absl::StrCat("Certificate ", chain_.size() + 1,
                                         " of the client certificate's chain cannot be parsed"),
           "Failed to load certificate chain from <inline>");
  }

  const bssl::UniquePtr<BIO> reader = ReaderOf(pair.key_pem.Reveal());
  key_ = reader == nullptr ? nullptr
                           : PEM_read_bio_PrivateKey(reader.get(), nullptr, NoPassword, nullptr);
  ERR_clear_error();
  if (key_ == nullptr) {
    refuse(Code::kClientCertMalformed,
           "The private key of the client certificate cannot be parsed; it may be encrypted",
           "Failed to load private key from <inline>");
  }
  if (chain_.empty()) return notes;

  bssl::UniquePtr<EVP_PKEY> public_key(X509_get_pubkey(chain_[0]));
  ERR_clear_error();
  if (public_key == nullptr) {
    refuse(Code::kClientCertMalformed, "The public key of the client certificate is unknown",
           "Failed to load certificate chain from <inline>");
    return notes;
  }
  switch (EVP_PKEY_id(public_key.get())) {
    case EVP_PKEY_RSA:
      if (EVP_PKEY_bits(public_key.get()) < 2048) {
        refuse(Code::kClientCertMalformed,
               absl::StrCat("The RSA key of the client certificate has ",
                            EVP_PKEY_bits(public_key.get()), " bits; Envoy wants 2048 or more"),
               "Failed to load certificate chain from <inline>, only RSA certificates with "
               "2048-bit or larger keys are supported");
      }
      break;
    case EVP_PKEY_EC: {
      const int curve =
          EC_GROUP_get_curve_name(EC_KEY_get0_group(EVP_PKEY_get0_EC_KEY(public_key.get())));
      if (curve != NID_X9_62_prime256v1 && curve != NID_secp384r1 && curve != NID_secp521r1) {
        refuse(Code::kClientCertMalformed,
               "The curve of the client certificate is none of P-256, P-384 and P-521",
               "Failed to load certificate chain from <inline>, only P-256, P-384 or P-521 ECDSA "
               "certificates are supported");
      }
      break;
    }
    default:
      break;  // Envoy loads Ed25519
  }
  if (key_ != nullptr && !X509_check_private_key(chain_[0], key_)) {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    refuse(Code::kClientCertMismatch, "The private key does not belong to the client certificate",
           absl::StrCat("Failed to load private key from <inline>, Cause: ",
                        reason == nullptr ? "" : reason));
    ERR_clear_error();
  }
  return notes;
}

std::vector<TrustNote> CheckClientCertificate(const ClientCertificate& pair) {
  LoadedClientCertificate loaded;
  return loaded.Load(pair);
}

}  // namespace tls
}  // namespace gwpolicy

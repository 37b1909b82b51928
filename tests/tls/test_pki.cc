#include "tests/tls/test_pki.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec_key.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/escaping.h"

namespace gwpolicy {
namespace tls {
namespace testing {
namespace {

#define MUST(condition)                                                    \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      ERR_print_errors_fp(stderr);                                         \
      std::abort();                                                        \
    }                                                                      \
  } while (false)

std::string Contents(BIO* bio) {
  const uint8_t* data = nullptr;
  size_t size = 0;
  MUST(BIO_mem_contents(bio, &data, &size));
  return std::string(reinterpret_cast<const char*>(data), size);
}

bssl::UniquePtr<BIO> ReaderOf(const std::string& text) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(text.data(), static_cast<ossl_ssize_t>(text.size())));
}

bssl::UniquePtr<EVP_PKEY> MakeEcKey(int curve) {
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(curve));
  MUST(ec != nullptr && EC_KEY_generate_key(ec.get()));
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  MUST(EVP_PKEY_set1_EC_KEY(key.get(), ec.get()));
  return key;
}

bssl::UniquePtr<EVP_PKEY> MakeRsaKey(int bits) {
  bssl::UniquePtr<RSA> rsa(RSA_new());
  bssl::UniquePtr<BIGNUM> e(BN_new());
  MUST(BN_set_word(e.get(), RSA_F4) && RSA_generate_key_ex(rsa.get(), bits, e.get(), nullptr));
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  MUST(EVP_PKEY_set1_RSA(key.get(), rsa.get()));
  return key;
}

bssl::UniquePtr<EVP_PKEY> ReadKey(const std::string& pem) {
  bssl::UniquePtr<BIO> bio = ReaderOf(pem);
  bssl::UniquePtr<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  MUST(key != nullptr);
  return key;
}

bssl::UniquePtr<EVP_PKEY> MakeKey(const CertSpec& spec) {
  if (spec.key_pem.has_value()) return ReadKey(*spec.key_pem);
  switch (spec.key) {
    case CertSpec::Key::kP224:
      return MakeEcKey(NID_secp224r1);
    case CertSpec::Key::kP256:
      return MakeEcKey(NID_X9_62_prime256v1);
    case CertSpec::Key::kP384:
      return MakeEcKey(NID_secp384r1);
    case CertSpec::Key::kP521:
      return MakeEcKey(NID_secp521r1);
    case CertSpec::Key::kRsa1024:
      return MakeRsaKey(1024);
    case CertSpec::Key::kRsa2048:
      return MakeRsaKey(2048);
    case CertSpec::Key::kEd25519: {
      uint8_t seed[32];
      RAND_bytes(seed, sizeof(seed));
      return bssl::UniquePtr<EVP_PKEY>(
          EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed, sizeof(seed)));
    }
  }
  return nullptr;
}

bssl::UniquePtr<X509> ReadCertificate(const std::string& pem) {
  bssl::UniquePtr<BIO> bio = ReaderOf(pem);
  bssl::UniquePtr<X509> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  MUST(certificate != nullptr);
  return certificate;
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  if (value.empty()) return;
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  bssl::UniquePtr<X509_EXTENSION> extension(
      X509V3_EXT_nconf_nid(nullptr, &context, nid, value.c_str()));
  MUST(extension != nullptr);
  MUST(X509_add_ext(certificate, extension.get(), -1));
}

void AddExtension(X509* certificate, const std::string& oid, int critical, const std::string& hex) {
  const std::string der = absl::HexStringToBytes(hex);
  bssl::UniquePtr<ASN1_OBJECT> object(OBJ_txt2obj(oid.c_str(), 1));
  bssl::UniquePtr<ASN1_OCTET_STRING> value(ASN1_OCTET_STRING_new());
  MUST(ASN1_OCTET_STRING_set(value.get(), reinterpret_cast<const uint8_t*>(der.data()),
                             static_cast<int>(der.size())));
  bssl::UniquePtr<X509_EXTENSION> extension(
      X509_EXTENSION_create_by_OBJ(nullptr, object.get(), critical, value.get()));
  MUST(X509_add_ext(certificate, extension.get(), -1));
}

const EVP_MD* DigestFor(const EVP_PKEY* key, bool sha1) {
  if (EVP_PKEY_id(key) == EVP_PKEY_ED25519) return nullptr;
  return sha1 ? EVP_sha1() : EVP_sha256();
}

}  // namespace

Identity MakeCertificate(const CertSpec& spec, const Identity* issuer) {
  bssl::UniquePtr<EVP_PKEY> key = MakeKey(spec);
  bssl::UniquePtr<X509> certificate(X509_new());
  X509* const x509 = certificate.get();
  MUST(X509_set_version(x509, X509_VERSION_3));
  uint8_t serial[8];
  RAND_bytes(serial, sizeof(serial));
  serial[0] = (serial[0] & 0x7f) | 0x01;
  bssl::UniquePtr<BIGNUM> number(BN_bin2bn(serial, sizeof(serial), nullptr));
  MUST(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509)));
  MUST(ASN1_TIME_set_posix(X509_getm_notBefore(x509), absl::ToUnixSeconds(spec.not_before)));
  MUST(ASN1_TIME_set_posix(X509_getm_notAfter(x509), absl::ToUnixSeconds(spec.not_after)));
  if (!spec.common_name.empty()) {
    MUST(X509_NAME_add_entry_by_NID(X509_get_subject_name(x509), NID_commonName, MBSTRING_UTF8,
                                    reinterpret_cast<const uint8_t*>(spec.common_name.data()),
                                    static_cast<ossl_ssize_t>(spec.common_name.size()), -1, 0));
  }
  MUST(X509_set_pubkey(x509, key.get()));

  bssl::UniquePtr<X509> issuer_certificate;
  bssl::UniquePtr<EVP_PKEY> issuer_key;
  if (issuer != nullptr) {
    issuer_certificate = ReadCertificate(issuer->cert_pem);
    issuer_key = ReadKey(issuer->key_pem);
  }
  X509* const signer = issuer == nullptr ? x509 : issuer_certificate.get();
  EVP_PKEY* const signer_key = issuer == nullptr ? key.get() : issuer_key.get();
  MUST(X509_set_issuer_name(x509, X509_get_subject_name(signer)));

  AddExtension(x509, signer, NID_basic_constraints,
               !spec.basic_constraints.empty() ? spec.basic_constraints
               : spec.is_ca                    ? "critical,CA:TRUE"
                                               : "");
  AddExtension(x509, signer, NID_key_usage,
               !spec.key_usage.empty() ? spec.key_usage
               : spec.is_ca            ? "critical,keyCertSign,cRLSign"
                                       : "");
  AddExtension(x509, signer, NID_ext_key_usage, spec.eku);
  AddExtension(x509, signer, NID_subject_alt_name, spec.san);
  AddExtension(x509, signer, NID_name_constraints, spec.name_constraints);
  if (spec.key_identifiers) {
    AddExtension(x509, signer, NID_subject_key_identifier, "hash");
    if (issuer != nullptr) {
      AddExtension(x509, signer, NID_authority_key_identifier, "keyid:always");
    }
  }
  if (spec.unknown_critical_extension) {
    AddExtension(x509, "1.3.6.1.4.1.99999.1", /*critical=*/1, "0500");
  }
  for (const auto& [oid, hex] : spec.more_extensions) {
    AddExtension(x509, oid, /*critical=*/0, hex);
  }
  MUST(X509_sign(x509, signer_key, DigestFor(signer_key, spec.sha1)));

  Identity identity;
  identity.name = spec.common_name;
  bssl::UniquePtr<BIO> out(BIO_new(BIO_s_mem()));
  MUST(PEM_write_bio_X509(out.get(), x509));
  identity.cert_pem = Contents(out.get());
  out.reset(BIO_new(BIO_s_mem()));
  MUST(PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr));
  identity.key_pem = Contents(out.get());
  uint8_t* der = nullptr;
  const int size = i2d_X509(x509, &der);
  MUST(size > 0);
  identity.cert_der.assign(reinterpret_cast<const char*>(der), size);
  OPENSSL_free(der);
  return identity;
}

Identity MakeRoot(const std::string& common_name) {
  CertSpec spec;
  spec.common_name = common_name;
  spec.is_ca = true;
  return MakeCertificate(spec, nullptr);
}

Identity MakeIntermediate(const std::string& common_name, const Identity& issuer) {
  CertSpec spec;
  spec.common_name = common_name;
  spec.is_ca = true;
  return MakeCertificate(spec, &issuer);
}

Identity MakeServer(const std::string& dns_name, const Identity& issuer) {
  CertSpec spec;
  spec.common_name = dns_name;
  spec.san = "DNS:" + dns_name;
  spec.eku = "serverAuth";
  spec.key_usage = "critical,digitalSignature";
  return MakeCertificate(spec, &issuer);
}

std::string MakeCrlPem(const Identity& issuer, const std::vector<Identity>& revoked) {
  bssl::UniquePtr<X509_CRL> crl(X509_CRL_new());
  bssl::UniquePtr<X509> issuer_certificate = ReadCertificate(issuer.cert_pem);
  bssl::UniquePtr<EVP_PKEY> key = ReadKey(issuer.key_pem);
  MUST(X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2));
  MUST(X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(issuer_certificate.get())));
  bssl::UniquePtr<ASN1_TIME> from(ASN1_TIME_set_posix(nullptr, 1577836800));
  bssl::UniquePtr<ASN1_TIME> to(ASN1_TIME_set_posix(nullptr, 2208988800));
  MUST(X509_CRL_set1_lastUpdate(crl.get(), from.get()));
  MUST(X509_CRL_set1_nextUpdate(crl.get(), to.get()));
  for (const Identity& identity : revoked) {
    bssl::UniquePtr<X509> certificate = ReadCertificate(identity.cert_pem);
    bssl::UniquePtr<X509_REVOKED> entry(X509_REVOKED_new());
    MUST(X509_REVOKED_set_serialNumber(entry.get(), X509_get_serialNumber(certificate.get())));
    MUST(X509_REVOKED_set_revocationDate(entry.get(), from.get()));
    MUST(X509_CRL_add0_revoked(crl.get(), entry.release()));
  }
  MUST(X509_CRL_sign(crl.get(), key.get(), EVP_sha256()));
  bssl::UniquePtr<BIO> out(BIO_new(BIO_s_mem()));
  MUST(PEM_write_bio_X509_CRL(out.get(), crl.get()));
  return Contents(out.get());
}

absl::Time TestNow() { return absl::FromUnixSeconds(1767225600); }

}  // namespace testing
}  // namespace tls
}  // namespace gwpolicy

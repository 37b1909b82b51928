#include "gwpolicy/tls/certificate.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/bytestring.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <arpa/inet.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace gwpolicy {
namespace tls {
namespace {

constexpr size_t kMaxNamesShown = 100;

std::string Drain(BIO* bio) {
  const uint8_t* data = nullptr;
  size_t size = 0;
  if (!BIO_mem_contents(bio, &data, &size)) return "";
  return std::string(reinterpret_cast<const char*>(data), size);
}

std::string IpText(const ASN1_OCTET_STRING* octets) {
  char text[INET6_ADDRSTRLEN] = "";
  const int size = ASN1_STRING_length(octets);
  const uint8_t* data = ASN1_STRING_get0_data(octets);
  if (size == 4) {
    inet_ntop(AF_INET, data, text, sizeof(text));
  } else if (size == 16) {
    inet_ntop(AF_INET6, data, text, sizeof(text));
  }
  return text;  // as Envoy: other lengths are empty text
}

absl::Time TimeOf(const ASN1_TIME* time, absl::Time fallback) {
  int64_t seconds = 0;
  if (time == nullptr || !ASN1_TIME_to_posix(time, &seconds)) {
    ERR_clear_error();
    return fallback;
  }
  return absl::FromUnixSeconds(seconds);
}

// The value of the extension with this OID (its DER without type and length), which may be empty;
// null when there is none. Both OIDs that are asked for have no NID.
const ASN1_OCTET_STRING* FindExtension(const X509* certificate, absl::string_view oid) {
  for (int i = 0; i < X509_get_ext_count(certificate); ++i) {
    const X509_EXTENSION* extension = X509_get_ext(certificate, i);
    const ASN1_OBJECT* name = X509_EXTENSION_get_object(extension);
    if (absl::string_view(reinterpret_cast<const char*>(OBJ_get0_data(name)), OBJ_length(name)) ==
        oid) {
      return X509_EXTENSION_get_data(extension);
    }
  }
  return nullptr;
}

bool SameBytes(const X509_NAME* a, const X509_NAME* b) {
  const auto bytes = [](const X509_NAME* name) {
    const uint8_t* der = nullptr;
    size_t size = 0;
    if (!X509_NAME_get0_der(name, &der, &size)) return absl::string_view();
    return absl::string_view(reinterpret_cast<const char*>(der), size);
  };
  return !bytes(a).empty() && bytes(a) == bytes(b);
}

std::string SerialText(const X509* certificate) {
  bssl::UniquePtr<BIGNUM> number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  if (number == nullptr) return "";
  bssl::UniquePtr<char> hex(BN_bn2hex(number.get()));
  return hex == nullptr ? "" : absl::AsciiStrToLower(hex.get());
}

}  // namespace

std::string NameText(const X509_NAME* name) {
  bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253) < 0) {
    ERR_clear_error();
    return "";
  }
  return Drain(bio.get());
}

std::string SubjectOf(const X509* certificate) {
  return NameText(X509_get_subject_name(certificate));
}

absl::Time NotBefore(const X509* certificate) {
  return TimeOf(X509_get0_notBefore(certificate), absl::InfinitePast());
}

absl::Time NotAfter(const X509* certificate) {
  return TimeOf(X509_get0_notAfter(certificate), absl::InfiniteFuture());
}

std::string Sha256(absl::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
         reinterpret_cast<uint8_t*>(&digest[0]));
  return digest;
}

std::string Sha256Hex(absl::string_view bytes) { return absl::BytesToHexString(Sha256(bytes)); }

std::string Sha256OfSpki(const X509* certificate) {
  uint8_t* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  const bssl::UniquePtr<uint8_t> owned(der);
  ERR_clear_error();
  if (size <= 0) return "";
  return absl::Base64Escape(
      Sha256({reinterpret_cast<const char*>(der), static_cast<size_t>(size)}));
}

std::string Sha256OfDer(const X509* certificate) {
  uint8_t digest[SHA256_DIGEST_LENGTH];
  unsigned size = 0;
  if (!X509_digest(certificate, EVP_sha256(), digest, &size)) {
    ERR_clear_error();
    return "";
  }
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), sizeof(digest)));
}

std::string KeyText(const X509* certificate) {
  bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(certificate));
  if (key == nullptr) {
    ERR_clear_error();
    ASN1_OBJECT* kind = nullptr;
    X509_PUBKEY_get0_param(&kind, nullptr, nullptr, nullptr, X509_get_X509_PUBKEY(certificate));
    return kind != nullptr && OBJ_obj2nid(kind) == NID_rsassaPss ? "RSASSA-PSS" : "unknown";
  }
  switch (EVP_PKEY_id(key.get())) {
    case EVP_PKEY_RSA:
      return absl::StrCat("RSA ", EVP_PKEY_bits(key.get()));
    case EVP_PKEY_EC: {
      const int curve = EC_GROUP_get_curve_name(EC_KEY_get0_group(EVP_PKEY_get0_EC_KEY(key.get())));
      const char* name = EC_curve_nid2nist(curve);
      return absl::StrCat("EC ", name != nullptr ? name : OBJ_nid2sn(curve));
    }
    case EVP_PKEY_ED25519:
      return "Ed25519";
    default:
      return "unknown";
  }
}

int RsaBits(const X509* certificate) {
  bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(certificate));
  ERR_clear_error();
  if (key == nullptr || EVP_PKEY_id(key.get()) != EVP_PKEY_RSA) return 0;
  return EVP_PKEY_bits(key.get());
}

bool HasWeakKey(const X509* certificate) {
  bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(certificate));
  ERR_clear_error();
  if (key == nullptr) return false;
  switch (EVP_PKEY_id(key.get())) {
    case EVP_PKEY_RSA:
      return EVP_PKEY_bits(key.get()) < 2048;
    case EVP_PKEY_EC:
      return EVP_PKEY_bits(key.get()) < 256;
    default:
      return false;
  }
}

bool HasWeakSignature(const X509* certificate) {
  switch (X509_get_signature_nid(certificate)) {
    case NID_md5WithRSAEncryption:
    case NID_sha1WithRSAEncryption:
    case NID_sha1WithRSA:
    case NID_ecdsa_with_SHA1:
    case NID_dsaWithSHA1:
      return true;
    default:
      return false;
  }
}

std::vector<SubjectAltName> SubjectAltNamesOf(const X509* certificate) {
  std::vector<SubjectAltName> names;
  bssl::UniquePtr<GENERAL_NAMES> found(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  if (found == nullptr) return names;
  const auto text = [](const ASN1_STRING* string) {
    return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
                       ASN1_STRING_length(string));
  };
  for (const GENERAL_NAME* name : found.get()) {
    switch (name->type) {
      case GEN_DNS:
        names.push_back({SubjectAltName::Type::kDns, text(name->d.dNSName)});
        break;
      case GEN_URI:
        names.push_back({SubjectAltName::Type::kUri, text(name->d.uniformResourceIdentifier)});
        break;
      case GEN_EMAIL:
        names.push_back({SubjectAltName::Type::kEmail, text(name->d.rfc822Name)});
        break;
      case GEN_IPADD:
        names.push_back({SubjectAltName::Type::kIp, IpText(name->d.iPAddress)});
        break;
      default:
        names.push_back({SubjectAltName::Type::kOther, ""});
        break;
    }
  }
  return names;
}

std::string CommonNameOf(const X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  std::string found;
  for (int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1); at >= 0;
       at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) {
    uint8_t* utf8 = nullptr;
    const int size =
        ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (size < 0) {
      ERR_clear_error();
      continue;
    }
    found.assign(reinterpret_cast<const char*>(utf8), size);
    OPENSSL_free(utf8);
  }
  return found;
}

bool HasSctList(const X509* certificate) {
  // 1.3.6.1.4.1.11129.2.4.2
  return FindExtension(certificate, "\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02") != nullptr;
}

bool WantsOcspStaple(const X509* certificate) {
  constexpr uint64_t kStatusRequest = 5;  // RFC 6066 8
  // 1.3.6.1.5.5.7.1.24
  const ASN1_OCTET_STRING* value = FindExtension(certificate, "\x2b\x06\x01\x05\x05\x07\x01\x18");
  if (value == nullptr) return false;
  CBS all;
  CBS features;
  CBS_init(&all, ASN1_STRING_get0_data(value), ASN1_STRING_length(value));
  if (!CBS_get_asn1(&all, &features, CBS_ASN1_SEQUENCE)) return false;
  uint64_t feature = 0;
  while (CBS_get_asn1_uint64(&features, &feature)) {
    if (feature == kStatusRequest) return true;
  }
  return false;
}

CertificateSummary Summarize(const X509* certificate, absl::string_view der) {
  CertificateSummary summary;
  summary.subject = SubjectOf(certificate);
  // Most CAs are roots, and printing a name takes longer than parsing it.
  const X509_NAME* issuer = X509_get_issuer_name(certificate);
  summary.issuer =
      SameBytes(issuer, X509_get_subject_name(certificate)) ? summary.subject : NameText(issuer);
  summary.serial = SerialText(certificate);
  summary.sha256 = Sha256Hex(der);
  summary.spki_sha256 = Sha256OfSpki(certificate);
  summary.not_before = NotBefore(certificate);
  summary.not_after = NotAfter(certificate);
  summary.is_ca = X509_check_ca(certificate) != 0;
  summary.self_signed = (X509_get_extension_flags(certificate) & EXFLAG_SS) != 0;
  summary.key = KeyText(certificate);
  const int signature = X509_get_signature_nid(certificate);
  const char* signature_name = signature == NID_undef ? nullptr : OBJ_nid2ln(signature);
  summary.signature_algorithm = signature_name == nullptr ? "unknown" : signature_name;
  for (const SubjectAltName& name : SubjectAltNamesOf(certificate)) {
    if (summary.subject_alt_names.size() == kMaxNamesShown) break;
    summary.subject_alt_names.push_back(name.Text());
  }
  ERR_clear_error();
  return summary;
}

void WarmExtensions(X509* certificate) {
  X509_check_purpose(certificate, -1, 0);
  ERR_clear_error();
}

}  // namespace tls
}  // namespace gwpolicy

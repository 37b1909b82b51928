#include "gwpolicy/tls/verify_chain.h"

#include <openssl/base.h>
#include <openssl/err.h>
#include <openssl/pool.h>
#include <openssl/ssl.h>
#include <openssl/stack.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gwpolicy/tls/anchors.h"
#include "gwpolicy/tls/certificate.h"
#include "gwpolicy/tls/names.h"
#include "gwpolicy/tls/strict_checks.h"
#include "gwpolicy/tls/verify_parsed.h"

namespace gwpolicy {
namespace tls {
namespace {

// The largest Certificate message that Envoy's client takes (SSL_CTX_set_max_cert_list's default).
constexpr size_t kMaxChainBytes = 102400;
constexpr size_t kMaxAmbiguous = 8;
// Up to here std::sort is an insertion sort in both C++ libraries, so that Envoy's store keeps
// equal subjects in the order of the file. Seen on Envoy 1.40; in larger bundles the order varies.
constexpr size_t kMaxStableBundle = 16;
constexpr size_t kMaxNamesInReason = 4000;

struct ErrorAtDepth {
  int error = X509_V_OK;
  int depth = 0;

  friend bool operator==(const ErrorAtDepth& a, const ErrorAtDepth& b) {
    return a.error == b.error && a.depth == b.depth;
  }
};

// One call of X509_verify_cert.
struct Run {
  ErrorAtDepth first;             // error is X509_V_OK when the chain is good
  std::vector<X509*> chain;       // as built; borrowed from the peer's chain and the bundle
  std::vector<ErrorAtDepth> all;  // only with kCollect
  std::string error_queue;        // Envoy's text of what BoringSSL queued
};

enum class Pass { kStopAtFirst, kCollect };

int CollectedIndex() {
  static const int kIndex = X509_STORE_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return kIndex;
}

int CollectError(int ok, X509_STORE_CTX* ctx) {
  if (ok) return 1;
  auto* all =
      static_cast<std::vector<ErrorAtDepth>*>(X509_STORE_CTX_get_ex_data(ctx, CollectedIndex()));
  const ErrorAtDepth error{X509_STORE_CTX_get_error(ctx), X509_STORE_CTX_get_error_depth(ctx)};
  if (all->size() < VerifyResult::kMaxFailures &&
      std::find(all->begin(), all->end(), error) == all->end()) {
    all->push_back(error);
  }
  return 1;
}

// As envoyproxy/envoy default_validator.cc sets it up, but for the store: the anchors come as a
// stack, which BoringSSL searches in order.
Run RunVerify(STACK_OF(X509) * chain, const TrustBundle::Anchors& anchors,
              const std::vector<X509*>& candidates, int64_t seconds, Pass pass) {
  Run run;
  run.first.error = X509_V_ERR_OUT_OF_MEM;
  bssl::UniquePtr<X509_STORE_CTX> ctx(X509_STORE_CTX_new());
  bssl::UniquePtr<STACK_OF(X509)> trusted(sk_X509_new_null());
  if (ctx == nullptr || trusted == nullptr) return run;
  for (X509* candidate : candidates) {
    if (!bssl::PushToStack(trusted.get(), bssl::UpRef(candidate))) return run;
  }
  ERR_clear_error();
  if (!X509_STORE_CTX_init(ctx.get(), anchors.crls, sk_X509_value(chain, 0), chain) ||
      !X509_STORE_CTX_set_default(ctx.get(), "ssl_server")) {
    ERR_clear_error();
    return run;
  }
  unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN;  // NOLINT(google-runtime-int): BoringSSL's type
  if (!anchors.crl_list.empty()) flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(ctx.get()), flags);
  X509_STORE_CTX_set_time_posix(ctx.get(), 0, seconds);
  X509_STORE_CTX_set0_trusted_stack(ctx.get(), trusted.get());
  if (pass == Pass::kCollect) {
    X509_STORE_CTX_set_ex_data(ctx.get(), CollectedIndex(), &run.all);
    X509_STORE_CTX_set_verify_cb(ctx.get(), CollectError);
  }
  const bool ok = X509_verify_cert(ctx.get()) == 1;
  run.first = {X509_V_OK, 0};
  if (!ok) {
    run.first = {X509_STORE_CTX_get_error(ctx.get()), X509_STORE_CTX_get_error_depth(ctx.get())};
    // Some errors never reach the callback.
    if (pass == Pass::kCollect &&
        std::find(run.all.begin(), run.all.end(), run.first) == run.all.end()) {
      run.all.push_back(run.first);
    }
    run.error_queue = EnvoyErrorQueueText();
  }
  ERR_clear_error();
  if (const STACK_OF(X509)* built = X509_STORE_CTX_get0_chain(ctx.get())) {
    for (X509* certificate : built) run.chain.push_back(certificate);
  }
  return run;
}

// The anchors that a verification of `chain` can meet: those with the name of an issuer or of a
// subject on the way, and theirs in turn. In the order of the bundle.
std::vector<X509*> Candidates(const STACK_OF(X509) * chain, const TrustBundle::Anchors& anchors) {
  std::set<size_t> taken;
  std::set<uint32_t> asked;
  std::vector<uint32_t> names;
  for (X509* certificate : chain) {
    names.push_back(X509_NAME_hash(X509_get_subject_name(certificate)));
    names.push_back(X509_NAME_hash(X509_get_issuer_name(certificate)));
  }
  while (!names.empty()) {
    const uint32_t name = names.back();
    names.pop_back();
    if (!asked.insert(name).second) continue;
    const auto found = anchors.by_subject.find(name);
    if (found == anchors.by_subject.end()) continue;
    for (const size_t index : found->second) {
      if (taken.insert(index).second) {
        names.push_back(X509_NAME_hash(X509_get_issuer_name(anchors.certificates[index])));
      }
    }
  }
  std::vector<X509*> candidates;
  candidates.reserve(taken.size());
  for (const size_t index : taken) candidates.push_back(anchors.certificates[index]);
  return candidates;
}

std::string DateText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

// A certificate of the path: what it is and how to speak of it.
class Verification {
 public:
  Verification(STACK_OF(X509) * chain, const TrustBundle& trust, absl::Time time, VerifyMode mode)
      : chain_(chain),
        anchors_(trust.anchors()),
        time_(absl::FromUnixSeconds(absl::ToUnixSeconds(time))),
        mode_(mode) {}

  VerifyResult Verify(const PeerNames& names);

 private:
  bool IsAnchor(const X509* certificate) const {
    return std::find(candidates_.begin(), candidates_.end(), certificate) != candidates_.end();
  }
  // The certificate is the bundle's own, and not the leaf: its owner is whoever made the bundle.
  bool IsAnchorAbove(const Run& run, int depth) const {
    return depth > 0 && depth < static_cast<int>(run.chain.size()) && IsAnchor(run.chain[depth]);
  }

  // The run failed because a certificate ends at the very time.
  bool IsLastSecond(const Run& run) const {
    return run.first.error == X509_V_ERR_CERT_HAS_EXPIRED &&
           run.first.depth < static_cast<int>(run.chain.size()) &&
           NotAfter(run.chain[run.first.depth]) == time_;
  }
  Failure Explain(const Run& run, ErrorAtDepth error) const;
  std::string ExplainUnknownIssuer(const X509* certificate) const;
  // Whether another choice among anchors that fit would change the verdict.
  bool IsUnstable(const Run& run) const;
  void AddNames(const PeerNames& names, bool chain_passed, VerifyResult& result,
                std::vector<Failure>& strict) const;

  STACK_OF(X509) * const chain_;
  const TrustBundle::Anchors& anchors_;
  const absl::Time time_;
  const VerifyMode mode_;
  std::vector<X509*> candidates_;
};

std::string Verification::ExplainUnknownIssuer(const X509* certificate) const {
  std::string message = absl::StrCat(
      "no trusted certificate and none that the backend sent issued ", SubjectOf(certificate),
      ", whose issuer is ", NameText(X509_get_issuer_name(certificate)));
  const uint32_t issuer = X509_NAME_hash(X509_get_issuer_name(certificate));
  if (anchors_.by_subject.contains(issuer)) {
    absl::StrAppend(&message,
                    "; the trust bundle has a CA of that name, but with another key, or one that "
                    "may not sign certificates");
  }
  return message;
}

Failure Verification::Explain(const Run& run, ErrorAtDepth error) const {
  const X509* certificate = error.depth >= 0 && error.depth < static_cast<int>(run.chain.size())
                                ? run.chain[error.depth]
                                : sk_X509_value(chain_, 0);
  const bool anchor = IsAnchorAbove(run, error.depth);
  const std::string subject = SubjectOf(certificate);
  const std::string text = X509_verify_cert_error_string(error.error);
  Code code = Code::kChainOther;
  std::string message = absl::StrCat(text, ": ", subject);
  switch (error.error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      code = Code::kChainUnknownIssuer;
      message = ExplainUnknownIssuer(certificate);
      break;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      code = Code::kChainSelfSignedLeaf;
      message =
          absl::StrCat("the certificate ", subject, " is self-signed and not in the trust bundle");
      break;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      code = Code::kChainUntrustedRoot;
      message = absl::StrCat("the chain ends in the backend's own root ", subject,
                             ", which is not in the trust bundle");
      break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      code = anchor ? Code::kTrustExpired : Code::kCertExpired;
      message = absl::StrCat(anchor ? "the trusted CA certificate " : "the certificate ", subject,
                             " expired on ", DateText(NotAfter(certificate)));
      break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      code = anchor ? Code::kTrustNotYetValid : Code::kCertNotYetValid;
      message = absl::StrCat(anchor ? "the trusted CA certificate " : "the certificate ", subject,
                             " is not valid before ", DateText(NotBefore(certificate)));
      break;
    case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
    case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
    case X509_V_ERR_INVALID_EXTENSION:
      code = Code::kCertMalformed;
      break;
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
      code = Code::kCertKeyUnsupported;
      message = absl::StrCat("the signature on ", subject, " cannot be checked: the key of ",
                             NameText(X509_get_issuer_name(certificate)),
                             " is of a kind or on a curve that Envoy does not know");
      break;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      code = Code::kChainBadSignature;
      message = absl::StrCat("the signature on ", subject, " was not made by ",
                             NameText(X509_get_issuer_name(certificate)), " of the chain: ", text);
      break;
    case X509_V_ERR_INVALID_PURPOSE:
      code = Code::kCertPurpose;
      message = absl::StrCat("the extended key usage or key usage of ", subject,
                             " does not allow TLS server authentication");
      break;
    case X509_V_ERR_CERT_REJECTED:
    case X509_V_ERR_CERT_UNTRUSTED:
      code = Code::kCertPurpose;
      message =
          absl::StrCat("the trust settings of ", subject, " in the bundle reject TLS servers");
      break;
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
      code = Code::kChainInvalidCa;
      break;
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
      code = Code::kCertCriticalExtension;
      message = absl::StrCat("the certificate ", subject, " has an unknown critical extension");
      break;
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
    case X509_V_ERR_NAME_CONSTRAINTS_WITHOUT_SANS:
      code = Code::kChainNameConstraint;
      break;
    case X509_V_ERR_CERT_REVOKED:
      code = Code::kCertRevoked;
      break;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_CRL_NOT_YET_VALID:
    case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
    case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
    case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
    case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
      code = Code::kChainRevocation;
      break;
    default:
      break;
  }
  Failure failure = MakeFailure(code, std::move(message));
  failure.depth = error.depth;
  failure.subject = subject;
  return failure;
}

bool Verification::IsUnstable(const Run& run) const {
  const bool passed = run.first.error == X509_V_OK;
  for (size_t i = 0; i < run.chain.size(); ++i) {
    X509* child = run.chain[i];
    // A trusted self-signed certificate ends the search; above a leaf alone there is one more.
    if (run.chain.size() > 1 && (X509_get_extension_flags(child) & EXFLAG_SS) != 0) continue;
    std::vector<X509*> fitting;
    for (X509* candidate : candidates_) {
      if (X509_check_issued(candidate, child) == X509_V_OK) fitting.push_back(candidate);
    }
    ERR_clear_error();
    if (fitting.size() < 2) continue;
    if (fitting.size() > kMaxAmbiguous) fitting.resize(kMaxAmbiguous);
    for (X509* only : fitting) {
      std::vector<X509*> candidates;
      for (X509* candidate : candidates_) {
        if (candidate == only ||
            std::find(fitting.begin(), fitting.end(), candidate) == fitting.end()) {
          candidates.push_back(candidate);
        }
      }
      const Run alternative =
          RunVerify(chain_, anchors_, candidates, absl::ToUnixSeconds(time_), Pass::kStopAtFirst);
      if ((alternative.first.error == X509_V_OK) != passed) return true;
    }
  }
  return false;
}

void Verification::AddNames(const PeerNames& names, bool chain_passed, VerifyResult& result,
                            std::vector<Failure>& strict) const {
  if (names.unchecked) return;
  const X509* leaf = sk_X509_value(chain_, 0);
  const std::vector<SubjectAltName> presented = SubjectAltNamesOf(leaf);
  const NameMatch match = MatchNames(names, presented);
  switch (match) {
    case NameMatch::kFull:
      return;
    case NameMatch::kEnvoyOnly: {
      Failure failure = MakeFailure(
          Code::kNamePartialWildcard,
          absl::StrCat(
              "the certificate matches only by a wildcard that RFC 9525 forbids; it is "
              "for ",
              absl::StrJoin(presented, ", ", [](std::string* out, const SubjectAltName& name) {
                out->append(name.Text());
              })));
      failure.depth = 0;
      failure.subject = SubjectOf(leaf);
      strict.push_back(std::move(failure));
      return;
    }
    case NameMatch::kNone:
      break;
  }
  Failure failure = MakeFailure(presented.empty() ? Code::kNameMissing : Code::kNameMismatch,
                                ExplainMismatch(names, presented, CommonNameOf(leaf)));
  failure.depth = 0;
  failure.subject = SubjectOf(leaf);
  if (chain_passed) {
    failure.primary = true;
    std::string found;
    for (const SubjectAltName& name : presented) {
      if (found.size() > kMaxNamesInReason) break;
      absl::StrAppend(&found, found.empty() ? "" : ", ",
                      EscapedForPeople(name.value, kMaxNamesInReason));
    }
    failure.envoy_reason = EnvoyVerifyReason(
        "", absl::StrCat("verify cert failed: SAN matcher, certificate SANs are [", found, "]"));
    result.alert = SSL_AD_CERTIFICATE_UNKNOWN;
  }
  result.failures.push_back(std::move(failure));
}

VerifyResult Verification::Verify(const PeerNames& names) {
  VerifyResult result;
  candidates_ = Candidates(chain_, anchors_);
  int64_t seconds = absl::ToUnixSeconds(time_);
  Run run = RunVerify(chain_, anchors_, candidates_, seconds, Pass::kStopAtFirst);
  const bool passed_for_envoy = run.first.error == X509_V_OK;
  bool passed_strictly = passed_for_envoy;
  if (IsLastSecond(run)) {
    // RFC 5280 4.1.2.5: the last second belongs to the validity. BoringSSL leaves it out.
    Run inclusive = RunVerify(chain_, anchors_, candidates_, seconds - 1, Pass::kStopAtFirst);
    passed_strictly = inclusive.first.error == X509_V_OK;
    if (mode_ == VerifyMode::kStrict) {
      --seconds;
      run = std::move(inclusive);
    }
  }
  const bool passed = run.first.error == X509_V_OK;
  if (!passed) {
    const Run second = RunVerify(chain_, anchors_, candidates_, seconds, Pass::kCollect);
    Failure primary = Explain(run, run.first);
    primary.primary = true;
    absl::string_view prefix;
    switch (run.first.error) {
      case X509_V_ERR_UNABLE_TO_GET_CRL:
      case X509_V_ERR_CRL_NOT_YET_VALID:
      case X509_V_ERR_CRL_HAS_EXPIRED:
      case X509_V_ERR_CERT_REVOKED:
        prefix = "certificate revocation check against provided CRLs failed: ";
        break;
      default:
        break;
    }
    primary.envoy_reason = EnvoyVerifyReason(
        run.error_queue,
        absl::StrCat("verify cert failed: X509_verify_cert: certificate verification error at "
                     "depth ",
                     run.first.depth, ": ", prefix,
                     X509_verify_cert_error_string(run.first.error)));
    result.alert = SSL_alert_from_verify_result(run.first.error);
    result.failures.push_back(std::move(primary));
    for (const ErrorAtDepth& error : second.all) {
      if (!(error == run.first)) result.failures.push_back(Explain(second, error));
    }
  }
  const size_t of_the_chain = result.failures.size();

  for (X509* certificate : run.chain) {
    ChainLink link;
    const auto anchor =
        std::find(anchors_.certificates.begin(), anchors_.certificates.end(), certificate);
    link.trusted = anchor != anchors_.certificates.end();
    if (link.trusted) {
      link.index = anchor - anchors_.certificates.begin();
    } else {
      while (link.index < sk_X509_num(chain_) && sk_X509_value(chain_, link.index) != certificate) {
        ++link.index;
      }
    }
    link.subject = SubjectOf(certificate);
    link.not_after = NotAfter(certificate);
    result.built_chain.push_back(std::move(link));
  }

  if (IsUnstable(run)) {
    Failure unstable = MakeFailure(
        Code::kTrustUnstable,
        "several certificates of the trust bundle have the same name and fit, and the verdict "
        "depends on which of them is taken");
    if (passed && anchors_.certificates.size() > kMaxStableBundle) {
      unstable.primary = true;
      result.alert = SSL_AD_CERTIFICATE_UNKNOWN;
      result.failures.push_back(std::move(unstable));
    } else {
      result.warnings.push_back(std::move(unstable));
    }
  }

  std::vector<Failure> strict;
  AddNames(names, passed && result.failures.empty(), result, strict);
  AppendStrictFailures(
      run.chain, [&](const X509* certificate) { return IsAnchor(certificate); }, anchors_.crl_list,
      strict);
  const bool rest_passed = result.failures.size() == of_the_chain;
  result.modes_differ = rest_passed && passed_for_envoy != (passed_strictly && strict.empty());
  if (result.modes_differ) {
    result.warnings.insert(
        result.warnings.begin(),
        MakeFailure(Code::kChainModesDiffer,
                    absl::StrCat("Envoy ", passed_for_envoy ? "accepts" : "refuses",
                                 " this chain and the strict rules ",
                                 passed_for_envoy ? "refuse" : "accept", " it")));
  }
  switch (mode_) {
    case VerifyMode::kEnvoy:
      for (Failure& failure : strict) result.warnings.push_back(std::move(failure));
      break;
    case VerifyMode::kStrict:
      for (Failure& failure : strict) {
        if (result.failures.empty()) {
          failure.primary = true;
          result.alert = SSL_AD_CERTIFICATE_UNKNOWN;
        }
        result.failures.push_back(std::move(failure));
      }
      break;
  }
  std::stable_sort(result.failures.begin(), result.failures.end(),
                   [](const Failure& a, const Failure& b) {
                     return static_cast<unsigned>(a.depth) < static_cast<unsigned>(b.depth);
                   });
  if (result.failures.size() > VerifyResult::kMaxFailures) {
    // The primary one stays, whatever its depth.
    const auto primary = std::find_if(result.failures.begin(), result.failures.end(),
                                      [](const Failure& f) { return f.primary; });
    if (primary - result.failures.begin() >=
        static_cast<std::ptrdiff_t>(VerifyResult::kMaxFailures)) {
      std::swap(*primary, result.failures[VerifyResult::kMaxFailures - 1]);
    }
    result.failures.resize(VerifyResult::kMaxFailures);
  }
  result.verdict = result.failures.empty() ? Verdict::kPass : Verdict::kFail;
  return result;
}

VerifyResult FailedWith(Failure failure, absl::string_view detail) {
  VerifyResult result;
  failure.primary = true;
  if (!detail.empty()) failure.envoy_reason = EnvoyVerifyReason("", detail);
  result.failures.push_back(std::move(failure));
  result.alert = SSL_AD_CERTIFICATE_UNKNOWN;
  return result;
}

}  // namespace

std::string EnvoyErrorQueueText() {
  // Reading the queue empties it, so each entry is put back at the end.
  std::string text;
  std::vector<uint32_t> errors;
  while (const uint32_t error = ERR_get_error()) errors.push_back(error);
  for (const uint32_t error : errors) {
    const char* library = ERR_lib_error_string(error);
    const char* reason = ERR_reason_error_string(error);
    absl::StrAppend(&text, "|", error, ":", library == nullptr ? "" : library,
                    ":OPENSSL_internal:", reason == nullptr ? "" : reason);
    ERR_put_error(ERR_GET_LIB(error), 0, ERR_GET_REASON(error), "", 0);
  }
  return text;
}

std::string EnvoyVerifyReason(absl::string_view queue, absl::string_view detail) {
  return absl::StrCat("TLS_error:", queue,
                      "|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:", detail,
                      ":TLS_error_end");
}

PinCheck CheckPins(const X509* leaf, const Pins& pins) {
  PinCheck check;
  if (pins.empty()) return check;
  const std::string hash = Sha256OfDer(leaf);
  for (const std::string& pin : pins.certificate_hashes) {
    if (!IsCertificateHash(pin)) continue;
    std::string digits = absl::AsciiStrToLower(pin);
    digits.erase(std::remove(digits.begin(), digits.end(), ':'), digits.end());
    if (digits == hash) {
      check.matched = pin;
      return check;
    }
  }
  const std::string spki = Sha256OfSpki(leaf);
  if (!spki.empty() && std::find(pins.spki.begin(), pins.spki.end(), spki) != pins.spki.end()) {
    check.matched = spki;
    return check;
  }
  std::vector<std::string> found;
  if (!pins.certificate_hashes.empty()) found.push_back(absl::StrCat("SHA-256 ", hash));
  if (!pins.spki.empty()) found.push_back(absl::StrCat("SPKI hash ", spki));
  check.failure = MakeFailure(
      Code::kNamePinMismatch,
      absl::StrCat("the server's certificate has the ", absl::StrJoin(found, " and the "),
                   found.size() > 1 ? ", and neither is pinned" : ", which is not pinned"));
  check.failure->depth = 0;
  check.failure->subject = SubjectOf(leaf);
  check.failure->envoy_reason = EnvoyVerifyReason("", "verify cert failed: cert hash and spki");
  return check;
}

VerifyResult VerifyParsed(STACK_OF(X509) * chain, const TrustBundle& trust, const PeerNames& names,
                          absl::Time time, VerifyMode mode) {
  if (chain == nullptr || sk_X509_num(chain) == 0) {
    return FailedWith(MakeFailure(Code::kChainEmpty, "there is no certificate to verify"),
                      "verify cert failed: empty cert chain");
  }
  if (!trust.usable()) {
    return FailedWith(MakeFailure(Code::kTrustInvalid, absl::StrCat("the trust bundle cannot be "
                                                                    "used: ",
                                                                    trust.error())),
                      "");
  }
  return Verification(chain, trust, time, mode).Verify(names);
}

VerifyResult VerifyChain(absl::Span<const std::string> chain_der, const TrustBundle& trust,
                         const PeerNames& names, absl::Time time, VerifyMode mode) {
  bssl::UniquePtr<STACK_OF(X509)> chain(sk_X509_new_null());
  if (chain == nullptr) {
    return FailedWith(MakeFailure(Code::kTlsInternal, "out of memory"), "");
  }
  size_t message_bytes = 0;
  for (const std::string& der : chain_der) message_bytes += 3 + der.size();
  if (message_bytes > kMaxChainBytes) {
    VerifyResult result =
        FailedWith(MakeFailure(Code::kTlsChainTooLarge,
                               absl::StrCat("the chain has ", message_bytes, " bytes; Envoy takes ",
                                            kMaxChainBytes, " at most")),
                   "");
    result.failures[0].envoy_reason =
        "TLS_error:|268435606:SSL routines:OPENSSL_internal:EXCESSIVE_MESSAGE_SIZE:TLS_error_end";
    result.alert = SSL_AD_ILLEGAL_PARAMETER;
    return result;
  }
  for (size_t i = 0; i < chain_der.size(); ++i) {
    const std::string& der = chain_der[i];
    const auto* bytes = reinterpret_cast<const uint8_t*>(der.data());
    bssl::UniquePtr<CRYPTO_BUFFER> buffer(
        CRYPTO_BUFFER_new_from_static_data_unsafe(bytes, der.size(), nullptr));
    bssl::UniquePtr<X509> certificate(buffer == nullptr ? nullptr
                                                        : X509_parse_from_buffer(buffer.get()));
    if (certificate == nullptr) {
      const char* reason = ERR_reason_error_string(ERR_peek_last_error());
      Failure failure =
          MakeFailure(Code::kCertMalformed,
                      absl::StrCat("certificate ", i, " of the chain cannot be parsed",
                                   reason == nullptr ? "" : ": ", reason == nullptr ? "" : reason));
      failure.depth = static_cast<int>(i);
      VerifyResult result = FailedWith(std::move(failure), "");
      result.failures[0].envoy_reason =
          absl::StrCat("TLS_error:", EnvoyErrorQueueText(),
                       "|268435593:SSL routines:OPENSSL_internal:DECODE_ERROR:TLS_error_end");
      result.alert = SSL_AD_DECODE_ERROR;
      ERR_clear_error();
      return result;
    }
    if (!bssl::PushToStack(chain.get(), std::move(certificate))) {
      return FailedWith(MakeFailure(Code::kTlsInternal, "out of memory"), "");
    }
  }
  return VerifyParsed(chain.get(), trust, names, time, mode);
}

}  // namespace tls
}  // namespace gwpolicy

#include "gwpolicy/report/failures.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "gwpolicy/base/codes.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/report/findings.h"
#include "gwpolicy/tls/peer_chain.h"

namespace gwpolicy {
namespace report {
namespace {

Value FailureValue(const tls::Failure& failure) {
  Value out = Value::MakeObject();
  out.Set("code", NameOf(failure.code));
  out.Set("depth", failure.depth);
  out.Set("subject", failure.subject);
  out.Set("message", failure.message);
  out.Set("remedy", failure.remedy);
  out.Set("envoyReason", failure.envoy_reason);
  return out;
}

}  // namespace

Value FailureList(const std::vector<tls::Failure>& failures) {
  Value out = Value::MakeList();
  for (const tls::Failure& one : failures) out.Append(FailureValue(one));
  return out;
}

Value BuiltChainList(const std::vector<tls::ChainLink>& chain) {
  Value out = Value::MakeList();
  for (const tls::ChainLink& link : chain) {
    Value one = Value::MakeObject();
    one.Set("from", link.trusted ? "bundle" : "peer");
    one.Set("index", static_cast<int64_t>(link.index));
    one.Set("subject", link.subject);
    one.Set("notAfter", TimeValue(link.not_after));
    out.Append(std::move(one));
  }
  return out;
}

Value VerificationDocument(const tls::VerifyResult& result,
                           absl::Span<const std::string> chain_der) {
  Value chain = Value::MakeList();
  for (const std::string& der : chain_der) {
    const std::optional<tls::CertificateSummary> summary = tls::SummarizeCertificate(der);
    chain.Append(summary.has_value() ? CertificateValue(*summary) : Value());
  }
  Value out = Value::MakeObject();
  out.Set("apiVersion", kApiVersion);
  out.Set("kind", "Verification");
  out.Set("verdict", VerdictName(result.verdict));
  out.Set("modesDiffer", result.modes_differ);
  out.Set("matchedPin", result.matched_pin);
  out.Set("errors", FailureList(result.failures));
  out.Set("warnings", FailureList(result.warnings));
  out.Set("chain", std::move(chain));
  out.Set("builtChain", BuiltChainList(result.built_chain));
  return out;
}

}  // namespace report
}  // namespace gwpolicy

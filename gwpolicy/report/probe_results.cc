#include "gwpolicy/report/probe_results.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/report/failures.h"
#include "gwpolicy/report/findings.h"
#include "gwpolicy/tls/verdict.h"

namespace gwpolicy {
namespace report {
namespace {

Value AlertValue(const std::optional<tls::Alert>& alert) {
  if (!alert.has_value()) return Value();
  Value out = Value::MakeObject();
  out.Set("code", alert->code);
  out.Set("name", alert->name);
  out.Set("meaning", alert->meaning);
  out.Set("fatal", alert->fatal);
  return out;
}

absl::string_view ClientCertificateText(const tls::HandshakeResult& result) {
  if (!result.certificate_requested) return "not requested";
  if (result.certificate_sent) return result.certificate_confirmed ? "accepted" : "sent";
  return result.certificate_withheld ? "withheld" : "requested";
}

Value NegotiatedValue(const tls::HandshakeResult& result) {
  Value out = Value::MakeObject();
  out.Set("version", result.version);
  out.Set("cipher", result.cipher);
  out.Set("group", result.group);
  out.Set("signatureAlgorithm", result.signature_algorithm);
  out.Set("alpn", result.alpn);
  out.Set("sni", result.sni);
  out.Set("verificationSkipped", result.verification_skipped);
  out.Set("clientCertificate", ClientCertificateText(result));
  Value cas = Value::MakeList();
  for (const std::string& name : result.acceptable_cas) cas.Append(name);
  out.Set("acceptableCas", std::move(cas));
  out.Set("alertReceived", AlertValue(result.alert_received));
  out.Set("alertSent", AlertValue(result.alert_sent));
  out.Set("ocspResponse", result.ocsp_response);
  out.Set("sctList", result.sct_list);
  out.Set("leafSctList", result.leaf_sct_list);
  out.Set("mustStaple", result.must_staple);
  out.Set("sessionTickets", static_cast<int64_t>(result.tickets_received));
  out.Set("resumptionOffered", result.resumption_offered);
  out.Set("renegotiations", result.renegotiations);
  out.Set("bytesReceived", static_cast<int64_t>(result.bytes_received));
  out.Set("bytesSent", static_cast<int64_t>(result.bytes_sent));
  return out;
}

std::string EndpointText(const Endpoint& endpoint) {
  const bool ipv6 = absl::StrContains(endpoint.host, ":");
  return absl::StrCat(ipv6 ? "[" : "", endpoint.host, ipv6 ? "]:" : ":", endpoint.port);
}

// What stands beside the verdict.
struct Outcome {
  tls::Verdict verdict = tls::Verdict::kFail;
  std::string phase;
  std::string code;
  std::string message;
  std::string remedy;
};

Outcome OutcomeWithoutTry(const BackendTls& backend) {
  Outcome outcome;
  switch (backend.mode) {
    case TlsMode::kPlaintext:
      outcome.verdict = tls::Verdict::kSkipped;
      outcome.message = "no policy asks for TLS";
      return outcome;
    case TlsMode::kFailClosed: {
      outcome.phase = "config";
      const CodeInfo& info = InfoOf(backend.failure->code);
      outcome.code = std::string(info.name);
      outcome.message = std::string(backend.failure->message);
      if (!backend.failure->reason.empty()) {
        outcome.message = absl::StrCat(backend.failure->reason, ": ", backend.failure->message);
      }
      outcome.remedy = std::string(info.remedy);
      return outcome;
    }
    case TlsMode::kTls:
      break;
  }
  outcome.phase = "connect";
  outcome.code = std::string(NameOf(Code::kNetUnreachable));
  outcome.message = "the backend has no endpoint";
  outcome.remedy = "Give one with --endpoint, or add the EndpointSlices of the Service.";
  return outcome;
}

Outcome OutcomeOf(const ProbeEntry& entry) {
  if (entry.result == nullptr) return OutcomeWithoutTry(*entry.backend);
  const tls::HandshakeResult& result = *entry.result;
  Outcome outcome;
  outcome.verdict = result.verdict;
  outcome.phase = entry.phase.empty() ? std::string(tls::PhaseName(result.phase)) : entry.phase;
  if (result.verdict == tls::Verdict::kFail && !result.failures.empty()) {
    const tls::Failure& primary = result.failures.front();
    outcome.code = std::string(NameOf(primary.code));
    outcome.message = primary.message;
    outcome.remedy = primary.remedy;
  }
  return outcome;
}

Value EntryValue(const ProbeEntry& entry, const Outcome& outcome) {
  Value out = Value::MakeObject();
  out.Set("gateway", GatewayValue(entry.backend->gateway));
  out.Set("backend", BackendIdValue(entry.backend->backend));
  out.Set("endpoint", entry.endpoint.has_value() ? Value(EndpointText(*entry.endpoint)) : Value());
  out.Set("address", entry.address);
  out.Set("verdict", VerdictName(outcome.verdict));
  out.Set("phase", outcome.phase);
  out.Set("code", outcome.code);
  out.Set("message", outcome.message);
  out.Set("remedy", outcome.remedy);
  Value chain = Value::MakeList();
  Value built_chain = Value::MakeList();
  if (entry.result == nullptr) {
    out.Set("modesDiffer", false);
    out.Set("failures", Value::MakeList());
    out.Set("warnings", Value::MakeList());
    out.Set("tls", Value());
  } else {
    out.Set("modesDiffer", entry.result->modes_differ);
    out.Set("failures", FailureList(entry.result->failures));
    out.Set("warnings", FailureList(entry.result->warnings));
    out.Set("tls", NegotiatedValue(*entry.result));
    for (const tls::CertificateSummary& one : entry.result->chain) {
      chain.Append(CertificateValue(one));
    }
    built_chain = BuiltChainList(entry.result->built_chain);
  }
  out.Set("chain", std::move(chain));
  out.Set("builtChain", std::move(built_chain));
  out.Set("milliseconds", absl::ToInt64Milliseconds(entry.duration));
  return out;
}

}  // namespace

tls::Verdict VerdictOf(const ProbeEntry& entry) { return OutcomeOf(entry).verdict; }

Value ProbeDocument(absl::Span<const ProbeEntry> entries) {
  int64_t pass = 0;
  int64_t fail = 0;
  int64_t skipped = 0;
  Value results = Value::MakeList();
  for (const ProbeEntry& entry : entries) {
    const Outcome outcome = OutcomeOf(entry);
    switch (outcome.verdict) {
      case tls::Verdict::kFail:
        ++fail;
        break;
      case tls::Verdict::kPass:
        ++pass;
        break;
      case tls::Verdict::kSkipped:
        ++skipped;
        break;
    }
    results.Append(EntryValue(entry, outcome));
  }
  Value summary = Value::MakeObject();
  summary.Set("pass", pass);
  summary.Set("fail", fail);
  summary.Set("skipped", skipped);
  Value out = Value::MakeObject();
  out.Set("apiVersion", kApiVersion);
  out.Set("kind", "ProbeResults");
  out.Set("results", std::move(results));
  out.Set("summary", std::move(summary));
  return out;
}

}  // namespace report
}  // namespace gwpolicy

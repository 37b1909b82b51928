#include "gwpolicy/report/probe_results.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/report/failures.h"
#include "gwpolicy/report/findings.h"
#include "gwpolicy/report/formats/junit.h"
#include "gwpolicy/tls/peer_chain.h"
#include "gwpolicy/tls/trust_bundle.h"
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

Value NegotiatedValue(const tls::HandshakeResult& result, bool with_bytes) {
  Value out = Value::MakeObject();
  out.Set("version", result.version);
  out.Set("cipher", result.cipher);
  out.Set("group", result.group);
  out.Set("signatureAlgorithm", result.signature_algorithm);
  out.Set("alpn", result.alpn);
  out.Set("sni", result.sni);
  out.Set("verificationSkipped", result.verification_skipped);
  out.Set("matchedPin", result.matched_pin);
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
  // Signatures and what tickets hold differ in length from time to time.
  const auto bytes = [with_bytes](size_t count) {
    return with_bytes ? Value(static_cast<int64_t>(count)) : Value();
  };
  out.Set("bytesReceived", bytes(result.bytes_received));
  out.Set("bytesSent", bytes(result.bytes_sent));
  return out;
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
  switch (backend.port->mode) {
    case TlsMode::kPlaintext:
      outcome.verdict = tls::Verdict::kSkipped;
      outcome.message = "no policy asks for TLS";
      return outcome;
    case TlsMode::kFailClosed: {
      outcome.phase = "config";
      const CodeInfo& info = InfoOf(backend.port->failure->code);
      outcome.code = std::string(info.name);
      outcome.message = std::string(backend.port->failure->message);
      if (!backend.port->failure->reason.empty()) {
        outcome.message =
            absl::StrCat(backend.port->failure->reason, ": ", backend.port->failure->message);
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

Value SentChain(const tls::HandshakeResult& result, bool with_pem) {
  Value chain = Value::MakeList();
  for (size_t i = 0; i < result.chain.size(); ++i) {
    Value one = CertificateValue(result.chain[i]);
    if (with_pem && i < result.chain_der.size()) {
      one.Set("pem", tls::CertificatePem(result.chain_der[i]));
    }
    chain.Append(std::move(one));
  }
  return chain;
}

Value Milliseconds(absl::Duration time) {
  return Value(static_cast<double>(absl::ToInt64Microseconds(time)) / 1000);
}

Value TimesValue(const ProbeEntry::Times& times) {
  Value out = Value::MakeObject();
  out.Set("resolve", Milliseconds(times.resolve));
  out.Set("connect", Milliseconds(times.connect));
  out.Set("handshake", Milliseconds(times.handshake));
  out.Set("postHandshake", Milliseconds(times.post_handshake));
  out.Set("http", Milliseconds(times.http));
  return out;
}

Value HttpValue(const ProbeEntry::Http& http, bool with_times) {
  Value out = Value::MakeObject();
  out.Set("version", http.version);
  out.Set("status", http.status == 0 ? Value() : Value(http.status));
  out.Set("firstByte", with_times ? Milliseconds(http.first_byte) : Value());
  out.Set("bodyBytes", static_cast<int64_t>(http.body_bytes));
  out.Set("bodyComplete", http.body_complete);
  return out;
}

Value EntryValue(const ProbeEntry& entry, const Outcome& outcome,
                 const ProbeDocumentOptions& options) {
  Value out = Value::MakeObject();
  out.Set("gateway", GatewayValue(*entry.backend->gateway));
  out.Set("backend", BackendIdValue(entry.backend->port->backend));
  out.Set("endpoint", entry.endpoint.has_value() ? Value(EndpointText(*entry.endpoint)) : Value());
  out.Set("address", entry.address);
  out.Set("verdict", VerdictName(outcome.verdict));
  out.Set("phase", outcome.phase);
  out.Set("code", outcome.code);
  out.Set("message", outcome.message);
  out.Set("remedy", outcome.remedy);
  const bool tried = entry.result != nullptr;
  out.Set("modesDiffer", tried && entry.result->modes_differ);
  out.Set("failures", tried ? FailureList(entry.result->failures) : Value::MakeList());
  out.Set("warnings", tried ? FailureList(entry.result->warnings) : Value::MakeList());
  out.Set("tls", tried ? NegotiatedValue(*entry.result, options.times) : Value());
  out.Set("http", entry.http.has_value() ? HttpValue(*entry.http, options.times) : Value());
  out.Set("chain", tried ? SentChain(*entry.result, options.certificates) : Value::MakeList());
  out.Set("builtChain", tried ? BuiltChainList(entry.result->built_chain) : Value::MakeList());
  const ProbeEntry::Times& times = entry.times;
  const absl::Duration whole =
      times.resolve + times.connect + times.handshake + times.post_handshake + times.http;
  out.Set("milliseconds", options.times ? Value(absl::ToInt64Milliseconds(whole)) : Value());
  out.Set("timings", options.times && tried ? TimesValue(times) : Value());
  return out;
}

std::string AboutEntry(const ProbeEntry& entry) {
  std::string text = BackendText(entry.backend->port->backend);
  if (entry.endpoint.has_value()) absl::StrAppend(&text, " at ", EndpointText(*entry.endpoint));
  return text;
}

const std::string& TextOf(const Value& value, absl::string_view name) {
  static const std::string* const kNone = new std::string;
  const Value* member = value.Find(name);
  const std::string* text = member == nullptr ? nullptr : member->AsString();
  return text == nullptr ? *kNone : *text;
}

// What tells results apart in the document: the values that it has for Gateway and backend.
std::string IdentityText(const Value& gateway, const Value& backend) {
  const Value* port = backend.Find("port");
  const int64_t* number = port == nullptr ? nullptr : port->AsInt();
  return absl::StrCat(TextOf(gateway, "namespace"), "/", TextOf(gateway, "name"), " ",
                      TextOf(backend, "group"), "/", TextOf(backend, "kind"), "/",
                      TextOf(backend, "namespace"), "/", TextOf(backend, "name"), ":",
                      number == nullptr ? 0 : *number);
}

// The same for people.
std::string PeopleText(const Value& gateway, const Value& backend) {
  const Value* port = backend.Find("port");
  const int64_t* number = port == nullptr ? nullptr : port->AsInt();
  const std::string through =
      gateway.is_null()
          ? ""
          : absl::StrCat(" through ", TextOf(gateway, "namespace"), "/", TextOf(gateway, "name"));
  return absl::StrCat(TextOf(backend, "kind"), " ", TextOf(backend, "namespace"), "/",
                      TextOf(backend, "name"), ":", number == nullptr ? 0 : *number, through);
}

std::optional<Endpoint> EndpointOf(absl::string_view text) {
  const size_t colon = text.rfind(':');
  int port = 0;
  if (colon == absl::string_view::npos || !absl::SimpleAtoi(text.substr(colon + 1), &port)) {
    return std::nullopt;
  }
  absl::string_view host = text.substr(0, colon);
  if (absl::StartsWith(host, "[") && absl::EndsWith(host, "]")) {
    host = host.substr(1, host.size() - 2);
  }
  Endpoint endpoint;
  endpoint.host = host;
  endpoint.port = port;
  return endpoint;
}

absl::StatusOr<tls::HandshakeResult> RecordedResult(const Value& result) {
  tls::HandshakeResult out;
  out.verdict = TextOf(result, "verdict") == "pass" ? tls::Verdict::kPass : tls::Verdict::kFail;
  const Value* chain = result.Find("chain");
  if (chain != nullptr && chain->AsList() != nullptr) {
    for (const Value& certificate : *chain->AsList()) {
      const std::vector<std::string> der = tls::ReadChain(TextOf(certificate, "pem"));
      std::optional<tls::CertificateSummary> summary;
      if (der.size() == 1) summary = tls::SummarizeCertificate(der[0]);
      if (!summary.has_value()) {
        return absl::InvalidArgumentError(
            "the recorded chain has no certificates that can be read; record it with "
            "`gwpolicy probe -o json --show-certs`");
      }
      out.chain.push_back(*std::move(summary));
      out.chain_der.push_back(der[0]);
    }
  }
  if (const std::optional<Code> code = CodeByName(TextOf(result, "code"))) {
    tls::Failure failure = tls::MakeFailure(*code, TextOf(result, "message"));
    failure.primary = true;
    out.failures.push_back(std::move(failure));
  }
  return out;
}

}  // namespace

std::string EndpointText(const Endpoint& endpoint) {
  const bool ipv6 = absl::StrContains(endpoint.host, ":");
  return absl::StrCat(ipv6 ? "[" : "", endpoint.host, ipv6 ? "]:" : ":", endpoint.port);
}

tls::Verdict VerdictOf(const ProbeEntry& entry) { return OutcomeOf(entry).verdict; }

Value ProbeDocument(absl::Span<const ProbeEntry> entries, const ProbeDocumentOptions& options) {
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
    results.Append(EntryValue(entry, outcome, options));
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

absl::StatusOr<RecordedProbe> ReadProbeDocument(
    const Value& document, absl::Span<const std::shared_ptr<const BackendTls>> backends) {
  const Value* results = document.Find("results");
  if (TextOf(document, "kind") != "ProbeResults" || results == nullptr ||
      results->AsList() == nullptr) {
    return absl::InvalidArgumentError(
        "these are no results of `gwpolicy probe -o json --show-certs`: kind is not ProbeResults");
  }
  std::map<std::string, std::shared_ptr<const BackendTls>> known;
  for (const auto& backend : backends) {
    if (backend->port->mode != TlsMode::kTls || backend->port->tls == nullptr) continue;
    known.emplace(
        IdentityText(GatewayValue(*backend->gateway), BackendIdValue(backend->port->backend)),
        backend);
  }
  RecordedProbe out;
  std::set<std::string> unknown;
  for (const Value& result : *results->AsList()) {
    if (TextOf(result, "verdict") == "skipped") continue;
    const Value* gateway = result.Find("gateway");
    const Value* backend = result.Find("backend");
    if (gateway == nullptr || backend == nullptr) {
      return absl::InvalidArgumentError("a recorded result names no gateway and backend");
    }
    const std::string identity = IdentityText(*gateway, *backend);
    const auto at = known.find(identity);
    if (at == known.end()) {
      unknown.insert(PeopleText(*gateway, *backend));
      continue;
    }
    absl::StatusOr<tls::HandshakeResult> handshake = RecordedResult(result);
    if (!handshake.ok()) return handshake.status();
    ProbeEntry& entry = out.entries.emplace_back();
    entry.backend = at->second;
    entry.endpoint = EndpointOf(TextOf(result, "endpoint"));
    entry.address = TextOf(result, "address");
    entry.phase = TextOf(result, "phase");
    entry.result = std::make_shared<tls::HandshakeResult>(*std::move(handshake));
  }
  out.unknown.assign(unknown.begin(), unknown.end());
  return out;
}

std::vector<Finding> ProbeFindings(absl::Span<const ProbeEntry> entries,
                                   absl::Span<const Object> objects) {
  std::map<std::tuple<std::string, std::string, std::string>, const Object*> places;
  for (const Object& object : objects) {
    places[{std::string(object.kind_name()), std::string(object.meta().ns),
            std::string(object.meta().name)}] = &object;
  }
  FindingSink sink;
  for (const ProbeEntry& entry : entries) {
    const BackendPortId& id = entry.backend->port->backend;
    const auto at = places.find({std::string(id.kind), std::string(id.ns), std::string(id.name)});
    if (at != places.end()) {
      sink.SetObject(at->second->ref(), at->second->source());
    } else {
      sink.SetObject(ObjectRef{"", std::string(id.kind), std::string(id.ns), std::string(id.name)},
                     nullptr);
    }
    const Outcome outcome = OutcomeOf(entry);
    const std::string about =
        absl::StrCat(AboutEntry(entry), " through ", GatewayText(*entry.backend->gateway));
    if (outcome.verdict == tls::Verdict::kFail) {
      if (const std::optional<Code> code = CodeByName(outcome.code)) {
        sink.AddAt("", *code, Level::kError, absl::StrCat(about, ": ", outcome.message));
      }
    }
    if (entry.result == nullptr) continue;
    for (const tls::Failure& warning : entry.result->warnings) {
      sink.AddAt("", warning.code, Level::kWarning, absl::StrCat(about, ": ", warning.message));
    }
  }
  return SortedUnique(sink.Take());
}

std::string ProbeJunitXml(absl::Span<const ProbeEntry> entries) {
  std::vector<JunitCase> cases;
  for (const ProbeEntry& entry : entries) {
    const Outcome outcome = OutcomeOf(entry);
    JunitCase& one = cases.emplace_back();
    one.suite = GatewayText(*entry.backend->gateway);
    one.name = AboutEntry(entry);
    one.type = outcome.code;
    one.message = outcome.message;
    switch (outcome.verdict) {
      case tls::Verdict::kPass:
        one.outcome = JunitCase::Outcome::kPass;
        break;
      case tls::Verdict::kSkipped:
        one.outcome = JunitCase::Outcome::kSkipped;
        break;
      case tls::Verdict::kFail:
        one.outcome = JunitCase::Outcome::kFail;
        one.text = absl::StrCat(outcome.code, ": ", outcome.message, "\n", outcome.remedy);
        break;
    }
    if (entry.result == nullptr) continue;
    for (const tls::Failure& warning : entry.result->warnings) {
      absl::StrAppend(&one.text, one.text.empty() ? "" : "\n", "warning ", NameOf(warning.code),
                      ": ", warning.message);
    }
  }
  // A suite a Gateway, whatever the order of the backends.
  std::stable_sort(cases.begin(), cases.end(),
                   [](const JunitCase& a, const JunitCase& b) { return a.suite < b.suite; });
  return JunitXmlOf(cases, "no endpoints");
}

}  // namespace report
}  // namespace gwpolicy

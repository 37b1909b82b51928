#include "gwpolicy/report/probe_metrics.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/tls/verdict.h"

namespace gwpolicy {
namespace report {
namespace {

// The value of a label: backslash, quote and line feed are escaped.
std::string Quoted(absl::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '"':
        out += "\\\"";
        break;
      case '\n':
        out += "\\n";
        break;
      default:
        out += c;
    }
  }
  out += '"';
  return out;
}

// One metric: its head, and its samples as they are added.
class Metric {
 public:
  Metric(absl::string_view name, absl::string_view type, absl::string_view help)
      : name_(name), type_(type), help_(help) {}

  void Add(absl::string_view labels, absl::string_view value) {
    absl::StrAppend(&samples_, name_, "{", labels, "} ", value, "\n");
  }
  std::string Text() const {
    return absl::StrCat("# HELP ", name_, " ", help_, "\n# TYPE ", name_, " ", type_, "\n",
                        samples_);
  }

 private:
  absl::string_view name_;
  absl::string_view type_;
  absl::string_view help_;
  std::string samples_;
};

std::string LabelsOf(const ProbeEntry& entry) {
  const BackendPortId& id = entry.backend->port->backend;
  const GatewayId& gateway = *entry.backend->gateway;
  return absl::StrCat(
      "gateway=", Quoted(gateway.empty() ? std::string() : GatewayText(gateway)),
      ",kind=", Quoted(id.kind), ",namespace=", Quoted(id.ns), ",name=", Quoted(id.name),
      ",port=", Quoted(absl::StrCat(id.port)), ",endpoint=",
      Quoted(entry.endpoint.has_value() ? EndpointText(*entry.endpoint) : std::string()));
}

std::string Seconds(absl::Duration time) { return absl::StrCat(absl::ToDoubleSeconds(time)); }

void AddExpiry(const ProbeEntry& entry, const std::string& labels, Metric& metric) {
  // Of a link or of a certificate as sent.
  const auto add = [&](size_t depth, const auto& certificate, bool trusted) {
    if (certificate.not_after == absl::InfiniteFuture()) return;
    metric.Add(absl::StrCat(labels, ",depth=\"", depth, "\",from=\"", trusted ? "bundle" : "peer",
                            "\",subject=", Quoted(certificate.subject)),
               absl::StrCat(absl::ToUnixSeconds(certificate.not_after)));
  };
  const tls::HandshakeResult& result = *entry.result;
  for (size_t depth = 0; depth < result.built_chain.size(); ++depth) {
    add(depth, result.built_chain[depth], result.built_chain[depth].trusted);
  }
  if (!result.built_chain.empty()) return;
  for (size_t depth = 0; depth < result.chain.size(); ++depth) {
    add(depth, result.chain[depth], /*trusted=*/false);
  }
}

Code CodeOf(const ProbeEntry& entry) {
  if (entry.result != nullptr && !entry.result->failures.empty()) {
    return entry.result->failures.front().code;
  }
  if (entry.backend->port->mode == TlsMode::kFailClosed) return entry.backend->port->failure->code;
  return Code::kNetUnreachable;
}

}  // namespace

void CountFailures(absl::Span<const ProbeEntry> entries, FailureCounts& counts) {
  for (const ProbeEntry& entry : entries) {
    if (VerdictOf(entry) == tls::Verdict::kFail) ++counts[CodeOf(entry)];
  }
}

std::string ProbeMetrics(absl::Span<const ProbeEntry> entries, const FailureCounts& failures) {
  Metric success("gwpolicy_probe_success", "gauge",
                 "Whether the handshake of the last round works (1) or not (0).");
  Metric duration("gwpolicy_probe_duration_seconds", "gauge",
                  "How long a phase of the last handshake took.");
  Metric status("gwpolicy_probe_http_status", "gauge",
                "The status of the answer to the request of the last round, 0 without an answer.");
  Metric expiry("gwpolicy_certificate_expiry_timestamp_seconds", "gauge",
                "When a certificate of the chain expires, in seconds since the epoch.");
  Metric total("gwpolicy_probe_failures_total", "counter",
               "Handshakes that failed, by the code of the reason.");
  for (const ProbeEntry& entry : entries) {
    const tls::Verdict verdict = VerdictOf(entry);
    if (verdict == tls::Verdict::kSkipped) continue;
    const std::string labels = LabelsOf(entry);
    success.Add(labels, verdict == tls::Verdict::kPass ? "1" : "0");
    if (entry.result == nullptr) continue;
    const std::pair<absl::string_view, absl::Duration> phases[] = {
        {"resolve", entry.times.resolve},
        {"connect", entry.times.connect},
        {"handshake", entry.times.handshake},
        {"post-handshake", entry.times.post_handshake},
        {"http", entry.times.http}};
    for (const auto& [phase, time] : phases) {
      if (time == absl::ZeroDuration()) continue;
      duration.Add(absl::StrCat(labels, ",phase=\"", phase, "\""), Seconds(time));
    }
    if (entry.http.has_value()) status.Add(labels, absl::StrCat(entry.http->status));
    AddExpiry(entry, labels, expiry);
  }
  for (const auto& [code, count] : failures) {
    total.Add(absl::StrCat("code=", Quoted(NameOf(code))), absl::StrCat(count));
  }
  return absl::StrCat(success.Text(), duration.Text(), status.Text(), expiry.Text(), total.Text());
}

}  // namespace report
}  // namespace gwpolicy

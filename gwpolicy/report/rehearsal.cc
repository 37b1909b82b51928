#include "gwpolicy/report/rehearsal.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/report/failures.h"
#include "gwpolicy/report/findings.h"
#include "gwpolicy/tls/peer_chain.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"

namespace gwpolicy {
namespace report {
namespace {

tls::ClientTls Rotated(const tls::ClientTls& before, const Rotation& rotation) {
  tls::ClientTls after = before;
  if (rotation.new_ca == nullptr || before.trust.source != tls::TrustSource::kBundle) return after;
  after.trust.bundle = rotation.new_ca;
  if (rotation.keep_old && before.trust.bundle != nullptr) {
    after.trust.bundle = tls::TrustBundle::Parse(
        absl::StrCat(before.trust.bundle->pem(), rotation.new_ca->pem()), tls::PemReader::kEnvoy);
  }
  return after;
}

absl::string_view EffectOf(tls::Verdict now, tls::Verdict then) {
  const bool passes_now = now == tls::Verdict::kPass;
  const bool passes_then = then == tls::Verdict::kPass;
  if (passes_now) return passes_then ? "works" : "breaks";
  return passes_then ? "repaired" : "broken";
}

Value VerdictValue(const tls::VerifyResult& result) {
  Value out = Value::MakeObject();
  out.Set("verdict", VerdictName(result.verdict));
  out.Set("errors", FailureList(result.failures));
  out.Set("warnings", FailureList(result.warnings));
  return out;
}

// What Envoy would report.
const tls::Failure* PrimaryOf(const std::vector<tls::Failure>& failures) {
  const auto primary = std::find_if(failures.begin(), failures.end(),
                                    [](const tls::Failure& one) { return one.primary; });
  if (primary != failures.end()) return &*primary;
  return failures.empty() ? nullptr : &failures.front();
}

void SetReason(const tls::Failure* reason, Value& out) {
  out.Set("code", reason == nullptr ? "" : NameOf(reason->code));
  out.Set("message", reason == nullptr ? "" : reason->message);
  out.Set("remedy", reason == nullptr ? "" : reason->remedy);
}

}  // namespace

Value RehearsalDocument(absl::Span<const ProbeEntry> chains, const Rotation& rotation) {
  std::map<absl::string_view, int64_t> counts;
  // Most backends share their settings.
  std::map<const tls::ClientTls*, tls::ClientTls> rotated;
  Value results = Value::MakeList();
  for (const ProbeEntry& entry : chains) {
    if (VerdictOf(entry) == tls::Verdict::kSkipped || entry.backend->port->tls == nullptr) continue;
    Value one = Value::MakeObject();
    one.Set("gateway", GatewayValue(*entry.backend->gateway));
    one.Set("backend", BackendIdValue(entry.backend->port->backend));
    one.Set("endpoint",
            entry.endpoint.has_value() ? Value(EndpointText(*entry.endpoint)) : Value());
    absl::string_view effect = "unknown";
    if (entry.result == nullptr || entry.result->chain_der.empty()) {
      tls::Failure none = tls::MakeFailure(Code::kChainEmpty, "no chain was seen");
      one.Set("effect", effect);
      one.Set("now", Value());
      one.Set("then", Value());
      SetReason(entry.result == nullptr || entry.result->failures.empty()
                    ? &none
                    : PrimaryOf(entry.result->failures),
                one);
    } else {
      const tls::ClientTls& before = *entry.backend->port->tls;
      const auto [at, is_new] = rotated.try_emplace(&before);
      if (is_new) at->second = Rotated(before, rotation);
      const auto verify = [&](const tls::ClientTls& tls, absl::Time time) {
        return tls::VerifyPeer(entry.result->chain_der, tls, rotation.system_trust.get(), time,
                               rotation.mode);
      };
      const tls::VerifyResult now = verify(before, rotation.now);
      const tls::VerifyResult then = verify(at->second, rotation.then);
      effect = EffectOf(now.verdict, then.verdict);
      one.Set("effect", effect);
      one.Set("now", VerdictValue(now));
      one.Set("then", VerdictValue(then));
      SetReason(PrimaryOf(then.failures), one);
    }
    ++counts[effect];
    results.Append(std::move(one));
  }
  Value summary = Value::MakeObject();
  for (const absl::string_view name : {"works", "breaks", "repaired", "broken", "unknown"}) {
    summary.Set(name, counts[name]);
  }
  Value out = Value::MakeObject();
  out.Set("apiVersion", kApiVersion);
  out.Set("kind", "Rehearsal");
  out.Set("now", TimeValue(rotation.now));
  out.Set("then", TimeValue(rotation.then));
  out.Set("newCa", rotation.new_ca == nullptr ? Value() : Value(rotation.new_ca->content_hash()));
  out.Set("keepOld", rotation.keep_old);
  out.Set("results", std::move(results));
  out.Set("summary", std::move(summary));
  return out;
}

}  // namespace report
}  // namespace gwpolicy

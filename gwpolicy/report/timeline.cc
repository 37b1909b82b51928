#include "gwpolicy/report/timeline.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/report/findings.h"
#include "gwpolicy/tls/peer_chain.h"
#include "gwpolicy/tls/verify_chain.h"

namespace gwpolicy {
namespace report {
namespace {

// In the order in which equal dates are listed.
enum class Role { kLeaf, kIntermediate, kAnchor, kUnused, kTrust };

absl::string_view RoleName(Role role) {
  switch (role) {
    case Role::kLeaf:
      return "leaf";
    case Role::kIntermediate:
      return "intermediate";
    case Role::kAnchor:
      return "anchor";
    case Role::kUnused:
      return "unused";
    case Role::kTrust:
      return "trust";
  }
  return "";
}

// Whether the handshake needs a certificate of this role.
bool OnChain(Role role) { return role <= Role::kAnchor; }

// One certificate of one backend.
struct Row {
  const tls::CertificateSummary* certificate = nullptr;
  Role role = Role::kTrust;
  std::set<std::string> gateways;
  std::set<std::string> endpoints;
};

class Timeline {
 public:
  Timeline(const TimelineInput& input, const Moment& moment) : input_(input), moment_(moment) {
    for (const auto& backend : input.backends) AddBackend(*backend);
    for (const ProbeEntry& entry : input.chains) {
      if (entry.result != nullptr && entry.backend->port->tls != nullptr) AddChain(entry);
    }
    for (const auto& backend : input.backends) AddTrust(*backend);
  }

  Value Document() const;

 private:
  // Of one backend, by hash.
  using Rows = std::map<std::string, Row>;

  static bool HasTls(const BackendTls& backend) {
    return backend.port->mode == TlsMode::kTls && backend.port->tls != nullptr;
  }
  void AddBackend(const BackendTls& backend) {
    if (HasTls(backend)) rows_[backend.port->backend];
  }
  void AddChain(const ProbeEntry& entry);
  void AddTrust(const BackendTls& backend);
  // The role that a certificate plays nearest to the leaf counts.
  void Add(Rows& rows, const tls::CertificateSummary& certificate, Role role,
           const BackendTls& backend, const std::string& endpoint);
  Value BackendList() const;

  const TimelineInput& input_;
  const Moment& moment_;
  std::map<BackendPortId, Rows> rows_;
};

void Timeline::Add(Rows& rows, const tls::CertificateSummary& certificate, Role role,
                   const BackendTls& backend, const std::string& endpoint) {
  const auto [at, is_new] = rows.try_emplace(certificate.sha256);
  Row& row = at->second;
  if (is_new) {
    row.certificate = &certificate;
    row.role = role;
  }
  row.role = std::min(row.role, role);
  if (!backend.gateway->empty()) row.gateways.insert(GatewayText(*backend.gateway));
  if (!endpoint.empty()) row.endpoints.insert(endpoint);
}

// The certificate of a link of the chain that was built for `entry`. Null where it is not known: it
// is one of System, and `system_trust` is null.
const tls::CertificateSummary* CertificateOf(const ProbeEntry& entry, const tls::ChainLink& link,
                                             const tls::TrustBundle* system_trust) {
  const auto at = [&](const std::vector<tls::CertificateSummary>& certificates) {
    return link.index < certificates.size() ? &certificates[link.index] : nullptr;
  };
  if (!link.trusted) return at(entry.result->chain);
  const tls::Trust& trust = entry.backend->port->tls->trust;
  const tls::TrustBundle* bundle =
      trust.source == tls::TrustSource::kSystem ? system_trust : trust.bundle.get();
  return bundle == nullptr ? nullptr : at(bundle->certificates());
}

void Timeline::AddChain(const ProbeEntry& entry) {
  const BackendTls& backend = *entry.backend;
  const std::string endpoint =
      entry.endpoint.has_value() ? EndpointText(*entry.endpoint) : std::string();
  Rows& rows = rows_[backend.port->backend];
  const tls::VerifyResult verified =
      tls::VerifyPeer(entry.result->chain_der, *backend.port->tls, input_.system_trust.get(),
                      moment_.now, tls::VerifyMode::kEnvoy);
  for (size_t depth = 0; depth < verified.built_chain.size(); ++depth) {
    const tls::ChainLink& link = verified.built_chain[depth];
    const tls::CertificateSummary* certificate =
        CertificateOf(entry, link, input_.system_trust.get());
    if (certificate == nullptr) continue;
    const Role above = link.trusted ? Role::kAnchor : Role::kIntermediate;
    Add(rows, *certificate, depth == 0 ? Role::kLeaf : above, backend, endpoint);
  }
  for (size_t i = 0; i < entry.result->chain.size(); ++i) {
    // Where nothing was built, the leaf is what it is all the same.
    const bool leaf = i == 0 && verified.built_chain.empty();
    Add(rows, entry.result->chain[i], leaf ? Role::kLeaf : Role::kUnused, backend, endpoint);
  }
}

void Timeline::AddTrust(const BackendTls& backend) {
  if (!HasTls(backend) || backend.port->tls->trust.source != tls::TrustSource::kBundle) return;
  Rows& rows = rows_[backend.port->backend];
  for (const tls::CertificateSummary& one : backend.port->tls->trust.bundle->certificates()) {
    Add(rows, one, Role::kTrust, backend, "");
  }
}

Value TextList(const std::set<std::string>& texts) {
  Value list = Value::MakeList();
  for (const std::string& text : texts) list.Append(text);
  return list;
}

Value Timeline::BackendList() const {
  Value list = Value::MakeList();
  for (const auto& [id, rows] : rows_) {
    const tls::CertificateSummary* first = nullptr;
    for (const auto& [hash, row] : rows) {
      if (!OnChain(row.role)) continue;
      if (first == nullptr || row.certificate->not_after < first->not_after) {
        first = row.certificate;
      }
    }
    Value one = Value::MakeObject();
    one.Set("backend", BackendIdValue(id));
    one.Set("expires", first == nullptr ? Value() : TimeValue(first->not_after));
    one.Set("daysLeft", first == nullptr ? Value() : DaysLeft(*first, moment_.now));
    one.Set("validity", first == nullptr ? Value() : Value(ValidityName(*first, moment_)));
    one.Set("subject", first == nullptr ? Value() : Value(first->subject));
    list.Append(std::move(one));
  }
  return list;
}

Value Timeline::Document() const {
  using Listed = std::pair<const BackendPortId*, const Row*>;
  std::vector<Listed> all;
  for (const auto& [id, rows] : rows_) {
    for (const auto& [hash, row] : rows) all.emplace_back(&id, &row);
  }
  std::stable_sort(all.begin(), all.end(), [](const Listed& a, const Listed& b) {
    const absl::Time end_a = a.second->certificate->not_after;
    const absl::Time end_b = b.second->certificate->not_after;
    if (end_a != end_b) return end_a < end_b;
    if (!(*a.first == *b.first)) return *a.first < *b.first;
    return std::tie(a.second->role, a.second->certificate->subject) <
           std::tie(b.second->role, b.second->certificate->subject);
  });

  std::map<absl::string_view, int64_t> counts;
  Value entries = Value::MakeList();
  for (const auto& [id, row] : all) {
    const absl::string_view validity = ValidityName(*row->certificate, moment_);
    if (OnChain(row->role)) ++counts[validity];
    Value one = Value::MakeObject();
    one.Set("backend", BackendIdValue(*id));
    one.Set("role", RoleName(row->role));
    one.Set("gateways", TextList(row->gateways));
    one.Set("endpoints", TextList(row->endpoints));
    one.Set("certificate", CertificateValue(*row->certificate));
    one.Set("daysLeft", DaysLeft(*row->certificate, moment_.now));
    one.Set("validity", validity);
    entries.Append(std::move(one));
  }
  Value summary = Value::MakeObject();
  for (const absl::string_view name : {"expired", "notYetValid", "soon", "valid"}) {
    summary.Set(name, counts[name]);
  }
  Value out = Value::MakeObject();
  out.Set("apiVersion", kApiVersion);
  out.Set("kind", "Timeline");
  out.Set("at", TimeValue(moment_.now));
  out.Set("entries", std::move(entries));
  out.Set("backends", BackendList());
  out.Set("summary", std::move(summary));
  return out;
}

}  // namespace

Value TimelineDocument(const TimelineInput& input, const Moment& moment) {
  return Timeline(input, moment).Document();
}

}  // namespace report
}  // namespace gwpolicy

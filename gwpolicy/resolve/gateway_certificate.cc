#include "gwpolicy/resolve/gateway_certificate.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/core/secret.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace {

// The certificate and key that a reference of a Gateway or ListenerSet leads to.
GatewayCertificate ReadCertificate(const Cluster& cluster, const Object& holder,
                                   const SecretObjectReference& ref) {
  GatewayCertificate out;
  out.asked_for = true;
  const ObjectKey key = KeyOfRef(ref, holder.meta().ns);
  const std::string name = absl::StrCat(key.kind, " ", key.ns, "/", key.name);
  if (!cluster.Permits(holder.group(), holder.kind_name(), holder.meta().ns, key)) {
    out.reason = "RefNotPermitted";
    out.message = absl::StrCat("no ReferenceGrant lets ", holder.kind_name(), " ", holder.meta().ns,
                               "/", holder.meta().name, " use ", name);
    return out;
  }
  out.reason = "InvalidClientCertificateRef";
  const Secret* secret = cluster.FindAs<Secret>(key);
  if (secret == nullptr) {
    out.message = absl::StrCat(name, key.kind == "Secret" && key.group.empty()
                                         ? " does not exist"
                                         : " is not a Secret of the core group");
    return out;
  }
  const PrivateBytes* chain = secret->Find("tls.crt");
  const PrivateBytes* private_key = secret->Find("tls.key");
  if (chain == nullptr || private_key == nullptr) {
    out.code = Code::kClientCertIncomplete;
    out.message = absl::StrCat(name, " lacks tls.crt or tls.key");
    return out;
  }
  tls::ClientCertificate pair{chain->Reveal(), *private_key};
  const std::vector<tls::TrustNote> problems = tls::CheckClientCertificate(pair);
  if (!problems.empty()) {
    out.code = problems[0].code;
    out.message = absl::StrCat(name, ": ", problems[0].message);
    return out;
  }
  out.pair = std::move(pair);
  out.reason.clear();
  return out;
}

}  // namespace

GatewayCertificate CertificateOf(const Cluster& cluster, const Object& gateway) {
  const GatewaySpec& spec = gateway.As<Gateway>()->spec;
  if (!spec.tls.has_value() || !spec.tls->backend.has_value() ||
      !spec.tls->backend->client_certificate_ref.has_value()) {
    return GatewayCertificate();
  }
  return ReadCertificate(cluster, gateway, *spec.tls->backend->client_certificate_ref);
}

std::vector<tls::ClientCertificate> CertificatesOf(const Cluster& cluster,
                                                   const ListenerOf& listener) {
  std::vector<tls::ClientCertificate> out;
  const Box<ListenerTLSConfig>& tls = listener.listener->tls;
  if (!tls.has_value() || tls->mode != "Terminate") return out;
  for (const SecretObjectReference& ref : tls->certificate_refs) {
    GatewayCertificate certificate = ReadCertificate(cluster, *listener.holder, ref);
    if (certificate.pair.has_value()) out.push_back(*std::move(certificate.pair));
  }
  return out;
}

}  // namespace gwpolicy

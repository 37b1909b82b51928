#include "gwpolicy/resolve/gateway_certificate.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/core/secret.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace {

// What the holder of a reference is told.
void Fail(Code code, absl::string_view reason, std::string message, GatewayCertificate& out) {
  out.failure.code = code;
  out.failure.reason = reason;
  out.failure.message = message;
}

}  // namespace

GatewayCertificate CertificateOfRef(const Cluster& cluster, const Object& holder,
                                    const SecretObjectReference& ref, CertificateCache& cache) {
  constexpr absl::string_view kInvalidRef = "InvalidClientCertificateRef";
  GatewayCertificate out;
  out.asked_for = true;
  const ObjectKey key = KeyOfRef(ref, holder.meta().ns);
  const std::string name = key.ToString();
  if (!cluster.Permits(holder.group(), holder.kind_name(), holder.meta().ns, key)) {
    Fail(Code::kClientCertNotFound, "RefNotPermitted",
         absl::StrCat("no ReferenceGrant lets ", holder.key().ToString(), " use ", name), out);
    return out;
  }
  const Object* object = cluster.Find(key);
  const Secret* secret = object == nullptr ? nullptr : object->As<Secret>();
  if (secret == nullptr) {
    const bool names_secret = key.kind == "Secret" && key.group.empty();
    Fail(
        Code::kClientCertNotFound, kInvalidRef,
        absl::StrCat(name, names_secret ? " does not exist" : " is not a Secret of the core group"),
        out);
    return out;
  }
  if (secret->Find(kCertificateKey) == nullptr || secret->Find(kPrivateKeyKey) == nullptr) {
    Fail(Code::kClientCertIncomplete, kInvalidRef, absl::StrCat(name, " lacks tls.crt or tls.key"),
         out);
    return out;
  }
  const CertificateCache::Pair& pair = cache.PairOf(*object);
  out.pair = pair.pair;
  if (pair.pair == nullptr) {
    const tls::TrustNote& problem = pair.problems[0];
    Fail(problem.code, kInvalidRef, absl::StrCat(name, ": ", problem.message), out);
  }
  return out;
}

const SecretObjectReference* ClientCertificateRefOf(const Object& gateway) {
  const GatewaySpec& spec = gateway.As<Gateway>()->spec;
  if (!spec.tls.has_value() || !spec.tls->backend.has_value() ||
      !spec.tls->backend->client_certificate_ref.has_value()) {
    return nullptr;
  }
  return &*spec.tls->backend->client_certificate_ref;
}

GatewayCertificate CertificateOf(const Cluster& cluster, const Object& gateway,
                                 CertificateCache& cache) {
  const SecretObjectReference* ref = ClientCertificateRefOf(gateway);
  if (ref == nullptr) return GatewayCertificate();
  GatewayCertificate out = CertificateOfRef(cluster, gateway, *ref, cache);
  out.failure.cause = {"Gateway", gateway.meta().ns, gateway.meta().name, kClientCertificatePath};
  return out;
}

std::vector<tls::ClientCertificate> CertificatesOf(const Cluster& cluster,
                                                   const ListenerOf& listener,
                                                   CertificateCache& cache) {
  std::vector<tls::ClientCertificate> out;
  const Box<ListenerTLSConfig>& tls = listener.listener->tls;
  if (!tls.has_value() || tls->mode != "Terminate") return out;
  for (const SecretObjectReference& ref : tls->certificate_refs) {
    const GatewayCertificate certificate = CertificateOfRef(cluster, *listener.holder, ref, cache);
    if (certificate.pair != nullptr) out.push_back(*certificate.pair);
  }
  return out;
}

}  // namespace gwpolicy

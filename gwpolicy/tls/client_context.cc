#include "gwpolicy/tls/client_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/tls/handshake_reason.h"
#include "gwpolicy/tls/ssl_settings.h"

namespace gwpolicy {
namespace tls {
namespace {

constexpr size_t kMaxCertList = 102400;

uint16_t ProtocolVersion(TlsVersion version) {
  switch (version) {
    case TlsVersion::kDefault:  // both ends of the range of Envoy's client
    case TlsVersion::k1_2:
      return TLS1_2_VERSION;
    case TlsVersion::k1_0:
      return TLS1_VERSION;
    case TlsVersion::k1_1:
      return TLS1_1_VERSION;
    case TlsVersion::k1_3:
      return TLS1_3_VERSION;
  }
  return TLS1_2_VERSION;
}

}  // namespace

void FreeSslContext::operator()(SSL_CTX* ctx) const { SSL_CTX_free(ctx); }

void ClientContext::Impl::Fail(Code code, std::string message, std::string envoy_reason) {
  Failure failure = MakeFailure(code, std::move(message));
  failure.primary = failures.empty();
  if (failure.primary) failure.envoy_reason = std::move(envoy_reason);
  failures.push_back(std::move(failure));
}

void ClientContext::Impl::ConfigureTrust() {
  switch (tls->trust.source) {
    case TrustSource::kNobody:
    case TrustSource::kUnverified:
      return;
    case TrustSource::kBundle:
      trust = tls->trust.bundle.get();
      if (trust == nullptr) {
        Fail(Code::kTrustSourceMissing, "no trust bundle is given", "");
      } else if (!trust->usable()) {
        Fail(Code::kTrustInvalid, absl::StrCat("the trust bundle cannot be used: ", trust->error()),
             "Failed to load trusted CA certificates from <inline>");
      }
      return;
    case TrustSource::kSystem:
      trust = options.system_trust.get();
      if (trust == nullptr) {
        Fail(Code::kTrustSystemMissing, "the policy trusts the system's CAs, and none were found",
             "");
      } else if (!trust->usable()) {
        Fail(Code::kTrustSystemMissing,
             absl::StrCat("the system's CA bundle cannot be used: ", trust->error()), "");
      }
      return;
  }
}

void ClientContext::Impl::Configure() {
  ConfigureTrust();
  const uint16_t min = ProtocolVersion(tls->min_version);
  const uint16_t max = ProtocolVersion(tls->max_version);
  if (min > max) {
    Fail(Code::kConfigVersionRange,
         tls->max_version == TlsVersion::kDefault
             ? "the minimum TLS version is 1.3 and no maximum is set, and Envoy's own maximum for "
               "clients is TLS 1.2"
             : "the minimum TLS version is above the maximum",
         EnvoyReasonOf(SSL_R_NO_SUPPORTED_VERSIONS_ENABLED));
  }
  SSL_CTX_set_min_proto_version(ctx.get(), min);
  SSL_CTX_set_max_proto_version(ctx.get(), max);

  for (Failure& failure : ApplySettings(ctx.get(), *tls)) {
    failure.primary = failures.empty();
    if (!failure.primary) failure.envoy_reason.clear();
    failures.push_back(std::move(failure));
  }
  if (tls->client_certificate != nullptr) {
    for (TrustNote& note : certificate.Load(*tls->client_certificate)) {
      Fail(note.code, std::move(note.message), certificate.envoy_reason());
    }
    has_certificate = true;
  }
  SSL_CTX_set_max_cert_list(ctx.get(), kMaxCertList);
  ERR_clear_error();
}

ClientContext::ClientContext(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}

ClientContext::~ClientContext() = default;

absl::StatusOr<std::shared_ptr<const ClientContext>> ClientContext::Create(
    std::shared_ptr<const ClientTls> tls, SessionOptions options) {
  if (tls == nullptr) return absl::InvalidArgumentError("no TLS settings are given");
  auto impl = std::make_unique<Impl>();
  impl->tls = std::move(tls);
  impl->options = std::move(options);
  impl->ctx.reset(SSL_CTX_new(TLS_method()));
  if (impl->ctx == nullptr) return absl::ResourceExhaustedError("out of memory for TLS");
  impl->Configure();
  return std::shared_ptr<const ClientContext>(new ClientContext(std::move(impl)));
}

const std::vector<Failure>& ClientContext::failures() const { return impl_->failures; }

}  // namespace tls
}  // namespace gwpolicy

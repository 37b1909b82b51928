#include "gwpolicy/tls/client_session.h"

#include <openssl/base.h>
#include <openssl/bio.h>
#include <openssl/bytestring.h>
#include <openssl/err.h>
#include <openssl/pool.h>
#include <openssl/ssl.h>
#include <openssl/stack.h>
#include <openssl/x509.h>

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gwpolicy/tls/certificate.h"
#include "gwpolicy/tls/client_certificate.h"
#include "gwpolicy/tls/handshake_reason.h"
#include "gwpolicy/tls/names.h"
#include "gwpolicy/tls/ssl_settings.h"
#include "gwpolicy/tls/verify_parsed.h"

namespace gwpolicy {
namespace tls {
namespace {

constexpr size_t kMaxCertList = 102400;
constexpr size_t kMaxShownCertificates = 100;
constexpr size_t kMaxShownCas = 100;
constexpr size_t kMaxFirstBytes = 64;

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

absl::string_view PhaseName(Phase phase) {
  switch (phase) {
    case Phase::kConfig:
      return "config";
    case Phase::kHandshake:
      return "handshake";
    case Phase::kPostHandshake:
      return "post-handshake";
  }
  return "config";
}

struct ClientContext::Impl {
  std::shared_ptr<const ClientTls> tls;
  SessionOptions options;
  std::vector<Failure> failures;
  bssl::UniquePtr<SSL_CTX> ctx;
  LoadedClientCertificate certificate;
  bool has_certificate = false;
  const TrustBundle* trust = nullptr;  // owned by `tls` or `options`; null when not needed
  std::vector<std::string> pins;       // lower-case hexadecimal

  void Configure();
  void ConfigureTrust();
  void Fail(Code code, std::string message, std::string envoy_reason);
};

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
  for (const std::string& pin : tls->certificate_hashes) pins.push_back(NormalizedPin(pin));
  if (tls->client_certificate != nullptr) {
    for (TrustNote& note : certificate.Load(*tls->client_certificate)) {
      Fail(note.code, std::move(note.message), certificate.envoy_reason());
    }
    has_certificate = true;
  }
  SSL_CTX_set_max_cert_list(ctx.get(), kMaxCertList);
  ERR_clear_error();
}

struct ClientSession::Impl {
  enum class State { kHandshake, kGrace, kOver };

  std::shared_ptr<const ClientContext> context;
  absl::Time now;
  HandshakeResult result;
  State state = State::kHandshake;
  std::string first_bytes;
  bool ticket_seen = false;
  std::string certificate_message;  // the server's, until its chain is in `result`
  int verification_alert = 0;       // what Envoy sends when verification failed; 0 when it did not
  bssl::UniquePtr<SSL> ssl;
  BIO* in = nullptr;   // owned by `ssl`
  BIO* out = nullptr;  // owned by `ssl`

  const ClientContext::Impl& settings() const { return *context->impl_; }
  const ClientTls& tls() const { return *settings().tls; }

  bool Start();
  Need Advance(absl::Span<const uint8_t> from_peer, std::vector<uint8_t>& to_peer);
  void Step();
  void StepHandshake();
  void StepGrace();
  void Finish();
  void AddFailure(Failure failure);
  void Refused(Failure failure);
  Failure ClosedAfterRequest(absl::string_view how) const;
  HandshakeSoFar SoFar() const;
  void CaptureNegotiated();
  void CaptureUnverified();
  void AddToChain(const X509* certificate);
  void Drain(std::vector<uint8_t>& to_peer);

  ssl_verify_result_t OnCertificate();
  void CheckPins(const X509* leaf);
  void OnCertificateRequest();

  static Impl& Of(const SSL* ssl) { return *static_cast<Impl*>(SSL_get_app_data(ssl)); }
  static ssl_verify_result_t Verify(SSL* ssl, uint8_t* out_alert);
  static int ChooseCertificate(SSL* ssl, void* arg);
  static void Info(const SSL* ssl, int type, int value);
  static void Message(int is_write, int version, int content_type, const void* bytes, size_t size,
                      SSL* ssl, void* arg);
};

// Callbacks that succeed leave the error queue empty: SSL_get_error judges by it.
ssl_verify_result_t ClientSession::Impl::Verify(SSL* ssl, uint8_t* out_alert) {
  const ssl_verify_result_t verdict = Of(ssl).OnCertificate();
  *out_alert = SSL_AD_INTERNAL_ERROR;
  ERR_clear_error();
  return verdict;
}

int ClientSession::Impl::ChooseCertificate(SSL* ssl, void*) {
  Of(ssl).OnCertificateRequest();
  ERR_clear_error();
  return 1;
}

void ClientSession::Impl::Info(const SSL* ssl, int type, int value) {
  if ((type & SSL_CB_ALERT) == 0) return;
  Alert alert;
  alert.code = value & 0xff;
  alert.fatal = (value >> 8) == SSL3_AL_FATAL;
  alert.name = AlertName(alert.code);
  HandshakeResult& result = Of(ssl).result;
  if ((type & SSL_CB_READ) != 0) {
    result.alert_received = std::move(alert);
  } else if (alert.fatal) {
    result.alert_sent = std::move(alert);
  }
}

void ClientSession::Impl::Message(int is_write, int, int content_type, const void* bytes,
                                  size_t size, SSL* ssl, void*) {
  if (is_write || content_type != SSL3_RT_HANDSHAKE || size == 0) return;
  Impl& session = Of(ssl);
  switch (*static_cast<const uint8_t*>(bytes)) {
    case SSL3_MT_CERTIFICATE_REQUEST:
      session.result.certificate_requested = true;
      break;
    case SSL3_MT_NEW_SESSION_TICKET:
      session.ticket_seen = true;
      break;
    case SSL3_MT_CERTIFICATE:
      session.certificate_message.assign(static_cast<const char*>(bytes), size);
      break;
    default:
      break;
  }
}

bool ClientSession::Impl::Start() {
  result.sni = tls().sni;
  if (!settings().failures.empty()) {
    result.failures = settings().failures;
    state = State::kOver;
    return true;
  }
  ssl.reset(SSL_new(settings().ctx.get()));
  bssl::UniquePtr<BIO> input(BIO_new(BIO_s_mem()));
  bssl::UniquePtr<BIO> output(BIO_new(BIO_s_mem()));
  if (ssl == nullptr || input == nullptr || output == nullptr) return false;
  SSL_set_connect_state(ssl.get());
  in = input.get();
  out = output.get();
  BIO_set_mem_eof_return(in, -1);  // empty means wait
  BIO_set_mem_eof_return(out, -1);
  SSL_set_bio(ssl.get(), input.release(), output.release());
  SSL_set_app_data(ssl.get(), this);
  SSL_set_custom_verify(ssl.get(), SSL_VERIFY_PEER, Verify);
  SSL_set_cert_cb(ssl.get(), ChooseCertificate, nullptr);
  SSL_set_info_callback(ssl.get(), Info);
  SSL_set_msg_callback(ssl.get(), Message);
  if (tls().allow_renegotiation) {
    SSL_set_renegotiate_mode(ssl.get(), ssl_renegotiate_freely);
  }
  if (!tls().sni.empty() && !SSL_set_tlsext_host_name(ssl.get(), tls().sni.c_str())) {
    ERR_clear_error();
    return false;
  }
  result.phase = Phase::kHandshake;
  result.verification_skipped = tls().trust.source == TrustSource::kUnverified;
  return true;
}

HandshakeSoFar ClientSession::Impl::SoFar() const {
  HandshakeSoFar so_far;
  so_far.certificate_requested = result.certificate_requested;
  so_far.certificate_sent = result.certificate_sent;
  so_far.first_bytes = first_bytes;
  so_far.sni = tls().sni;
  return so_far;
}

void ClientSession::Impl::AddFailure(Failure failure) {
  failure.primary = result.failures.empty();
  if (!failure.primary) failure.envoy_reason.clear();
  result.failures.push_back(std::move(failure));
}

// What Envoy would not have come to see after a failed verification is only worth telling when it
// is not our own doing: we withheld the client certificate.
void ClientSession::Impl::Refused(Failure failure) {
  const bool own_doing = result.certificate_withheld && result.certificate_requested;
  if (!own_doing) AddFailure(std::move(failure));
}

void ClientSession::Impl::CheckPins(const X509* leaf) {
  if (settings().pins.empty()) return;
  const std::string hash = Sha256OfDer(leaf);
  if (std::find(settings().pins.begin(), settings().pins.end(), hash) != settings().pins.end()) {
    return;
  }
  Failure failure = MakeFailure(
      Code::kNamePinMismatch,
      absl::StrCat("the server's certificate has the SHA-256 ", hash, ", which is not pinned"));
  failure.depth = 0;
  failure.subject = SubjectOf(leaf);
  failure.envoy_reason = EnvoyVerifyReason("", "verify cert failed: cert hash and spki");
  if (verification_alert == 0) verification_alert = SSL_AD_BAD_CERTIFICATE_HASH_VALUE;
  AddFailure(std::move(failure));
}

ssl_verify_result_t ClientSession::Impl::OnCertificate() {
  CaptureNegotiated();
  STACK_OF(X509)* chain = SSL_get_peer_full_cert_chain(ssl.get());
  if (chain == nullptr || sk_X509_num(chain) == 0) {
    AddFailure(MakeFailure(Code::kChainEmpty, "the server sent no certificate"));
    return ssl_verify_invalid;
  }
  // A renegotiation comes here again; the last chain is the one that counts.
  certificate_message.clear();
  result.chain.clear();
  result.chain_der.clear();
  for (const X509* certificate : chain) AddToChain(certificate);
  for (const CRYPTO_BUFFER* buffer : SSL_get0_peer_certificates(ssl.get())) {
    if (result.chain_der.size() == kMaxShownCertificates) break;
    result.chain_der.emplace_back(reinterpret_cast<const char*>(CRYPTO_BUFFER_data(buffer)),
                                  CRYPTO_BUFFER_len(buffer));
  }
  const X509* leaf = sk_X509_value(chain, 0);
  switch (tls().trust.source) {
    case TrustSource::kNobody:
      AddFailure(MakeFailure(Code::kTrustSourceMissing,
                             "nobody is trusted, so no server's certificate can be accepted"));
      verification_alert = SSL_AD_UNKNOWN_CA;
      break;
    case TrustSource::kUnverified:
      CheckPins(leaf);
      break;
    case TrustSource::kBundle:
    case TrustSource::kSystem: {
      VerifyResult verified =
          VerifyParsed(chain, *settings().trust, tls().names, now, settings().options.mode);
      std::stable_partition(verified.failures.begin(), verified.failures.end(),
                            [](const Failure& failure) { return failure.primary; });
      for (Failure& failure : verified.failures) AddFailure(std::move(failure));
      for (Failure& warning : verified.warnings) result.warnings.push_back(std::move(warning));
      result.built_chain = std::move(verified.built_chain);
      verification_alert = verified.alert;
      CheckPins(leaf);
      break;
    }
  }
  // Go on in any case: the rest of the handshake shows what else is wrong.
  return ssl_verify_ok;
}

void ClientSession::Impl::OnCertificateRequest() {
  result.certificate_requested = true;
  if (const STACK_OF(CRYPTO_BUFFER)* names = SSL_get0_server_requested_CAs(ssl.get())) {
    result.acceptable_cas.clear();
    for (const CRYPTO_BUFFER* der : names) {
      if (result.acceptable_cas.size() == kMaxShownCas) break;
      const uint8_t* at = CRYPTO_BUFFER_data(der);
      bssl::UniquePtr<X509_NAME> name(
          d2i_X509_NAME(nullptr, &at, static_cast<long>(CRYPTO_BUFFER_len(der))));  // NOLINT
      result.acceptable_cas.push_back(name == nullptr ? "unreadable" : NameText(name.get()));
    }
  }
  if (!settings().has_certificate) return;
  if (!result.failures.empty()) {
    result.certificate_withheld = true;
    return;
  }
  const std::vector<X509*>& chain = settings().certificate.chain();
  bssl::UniquePtr<STACK_OF(X509)> rest(sk_X509_new_null());
  for (size_t i = 1; i < chain.size(); ++i) {
    if (!bssl::PushToStack(rest.get(), bssl::UpRef(chain[i]))) return;
  }
  result.certificate_sent = SSL_use_certificate(ssl.get(), chain[0]) &&
                            SSL_set1_chain(ssl.get(), rest.get()) &&
                            SSL_use_PrivateKey(ssl.get(), settings().certificate.key());
}

void ClientSession::Impl::AddToChain(const X509* certificate) {
  if (result.chain.size() < kMaxShownCertificates) result.chain.push_back(Summarize(certificate));
}

// For a handshake that broke: BoringSSL keeps nothing of a chain that it refused before it was
// verified, for instance for its keyUsage, and that is when a person wants to see it.
void ClientSession::Impl::CaptureUnverified() {
  if (certificate_message.empty()) {
    if (!result.version.empty()) CaptureNegotiated();
    return;
  }
  CaptureNegotiated();
  CBS message;
  CBS_init(&message, reinterpret_cast<const uint8_t*>(certificate_message.data()),
           certificate_message.size());
  const bool tls13 = SSL_version(ssl.get()) == TLS1_3_VERSION;
  CBS context;
  CBS list;
  // RFC 8446 4.4.2, RFC 5246 7.4.2, behind type and length of the message.
  if (!CBS_skip(&message, 4) || (tls13 && !CBS_get_u8_length_prefixed(&message, &context)) ||
      !CBS_get_u24_length_prefixed(&message, &list)) {
    return;
  }
  CBS der;
  CBS extensions;
  while (result.chain_der.size() < kMaxShownCertificates &&
         CBS_get_u24_length_prefixed(&list, &der) &&
         (!tls13 || CBS_get_u16_length_prefixed(&list, &extensions))) {
    const uint8_t* at = CBS_data(&der);
    bssl::UniquePtr<X509> certificate(
        d2i_X509(nullptr, &at, static_cast<long>(CBS_len(&der))));  // NOLINT
    if (certificate == nullptr) break;
    AddToChain(certificate.get());
    result.chain_der.emplace_back(reinterpret_cast<const char*>(CBS_data(&der)), CBS_len(&der));
  }
  ERR_clear_error();
}

void ClientSession::Impl::CaptureNegotiated() {
  const SSL* const handle = ssl.get();
  result.version = SSL_get_version(handle);
  if (const SSL_CIPHER* cipher = SSL_get_current_cipher(handle)) {
    result.cipher = SSL_CIPHER_get_name(cipher);
  }
  if (const uint16_t group = SSL_get_group_id(handle)) {
    const char* name = SSL_get_group_name(group);
    result.group = name == nullptr ? absl::StrCat("0x", absl::Hex(group)) : name;
  }
  if (const uint16_t algorithm = SSL_get_peer_signature_algorithm(handle)) {
    const char* name = SSL_get_signature_algorithm_name(algorithm, /*include_curve=*/1);
    result.signature_algorithm = name == nullptr ? absl::StrCat("0x", absl::Hex(algorithm)) : name;
  }
  const uint8_t* alpn = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(handle, &alpn, &size);
  if (size > 0) result.alpn.assign(reinterpret_cast<const char*>(alpn), size);
}

void ClientSession::Impl::Drain(std::vector<uint8_t>& to_peer) {
  const uint8_t* data = nullptr;
  size_t size = 0;
  if (out == nullptr || !BIO_mem_contents(out, &data, &size) || size == 0) return;
  to_peer.insert(to_peer.end(), data, data + size);
  result.bytes_sent += size;
  BIO_reset(out);
}

void ClientSession::Impl::Finish() {
  state = State::kOver;
  result.verdict = result.failures.empty() ? Verdict::kPass : Verdict::kFail;
  ERR_clear_error();
}

Need ClientSession::Impl::Advance(absl::Span<const uint8_t> from_peer,
                                  std::vector<uint8_t>& to_peer) {
  if (state == State::kOver) return Need::kNothing;
  ERR_clear_error();
  if (!from_peer.empty() && first_bytes.size() < kMaxFirstBytes) {
    const size_t more = std::min(kMaxFirstBytes - first_bytes.size(), from_peer.size());
    first_bytes.append(reinterpret_cast<const char*>(from_peer.data()), more);
  }
  if (from_peer.size() > settings().options.max_bytes - result.bytes_received) {
    AddFailure(MakeFailure(Code::kTlsProtocol,
                           absl::StrCat("the server sent more than ", settings().options.max_bytes,
                                        " bytes before the handshake was over")));
    Finish();
    return Need::kNothing;
  }
  result.bytes_received += from_peer.size();
  if (!from_peer.empty() && BIO_write(in, from_peer.data(), static_cast<int>(from_peer.size())) !=
                                static_cast<int>(from_peer.size())) {
    AddFailure(MakeFailure(Code::kTlsInternal, "out of memory"));
    Finish();
    return Need::kNothing;
  }
  Step();
  Drain(to_peer);
  switch (state) {
    case State::kHandshake:
      return Need::kBytes;
    case State::kGrace:
      return Need::kGrace;
    case State::kOver:
      return Need::kNothing;
  }
  return Need::kNothing;
}

void ClientSession::Impl::Step() {
  if (state == State::kHandshake) StepHandshake();
  if (state == State::kGrace) StepGrace();
  ERR_clear_error();
}

void ClientSession::Impl::StepHandshake() {
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl.get());
  const int error = done == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl.get(), done);
  switch (error) {
    case SSL_ERROR_NONE:
      break;
    case SSL_ERROR_WANT_READ:
      return;
    case SSL_ERROR_ZERO_RETURN:
      Refused(ExplainAlert(SSL_AD_CLOSE_NOTIFY, SoFar()));
      Finish();
      return;
    default:
      Refused(ExplainErrorQueue(SoFar()));
      CaptureUnverified();
      Finish();
      return;
  }
  CaptureNegotiated();
  if (!result.failures.empty()) {
    // Envoy would have stopped earlier, with this alert.
    SSL_send_fatal_alert(ssl.get(),
                         static_cast<uint8_t>(verification_alert == 0 ? SSL_AD_CERTIFICATE_UNKNOWN
                                                                      : verification_alert));
    Finish();
    return;
  }
  result.phase = Phase::kPostHandshake;
  if (result.certificate_requested && SSL_version(ssl.get()) == TLS1_3_VERSION) {
    state = State::kGrace;
    return;
  }
  result.certificate_confirmed = result.certificate_sent;
  SSL_shutdown(ssl.get());
  Finish();
}

void ClientSession::Impl::StepGrace() {
  uint8_t byte;
  ERR_clear_error();
  const int got = SSL_peek(ssl.get(), &byte, 1);
  const int error = got > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl.get(), got);
  switch (error) {
    case SSL_ERROR_WANT_READ:
      if (!ticket_seen) return;
      break;
    case SSL_ERROR_NONE:
      break;
    case SSL_ERROR_ZERO_RETURN:
      if (ticket_seen) break;  // accepted, and then closed
      AddFailure(ClosedAfterRequest("closed TLS"));
      Finish();
      return;
    default: {
      Failure failure = ExplainErrorQueue(SoFar());
      failure.envoy_reason.clear();  // Envoy has done its handshake and gives no reason (flag UC)
      AddFailure(std::move(failure));
      Finish();
      return;
    }
  }
  result.certificate_confirmed = result.certificate_sent;
  SSL_shutdown(ssl.get());
  Finish();
}

Failure ClientSession::Impl::ClosedAfterRequest(absl::string_view how) const {
  return MakeFailure(
      result.certificate_sent ? Code::kClientCertRejected : Code::kClientCertRequired,
      absl::StrCat("the server asked for a client certificate, ",
                   result.certificate_sent ? "got ours" : "got none", " and ", how));
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

ClientSession::ClientSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClientSession::ClientSession(ClientSession&&) noexcept = default;
ClientSession& ClientSession::operator=(ClientSession&&) noexcept = default;
ClientSession::~ClientSession() = default;

absl::StatusOr<ClientSession> ClientSession::Create(std::shared_ptr<const ClientContext> context,
                                                    absl::Time now) {
  if (context == nullptr) return absl::InvalidArgumentError("no TLS context is given");
  auto impl = std::make_unique<Impl>();
  impl->context = std::move(context);
  impl->now = now;
  if (!impl->Start()) return absl::ResourceExhaustedError("out of memory for a TLS session");
  return ClientSession(std::move(impl));
}

absl::StatusOr<ClientSession> ClientSession::Create(std::shared_ptr<const ClientTls> tls,
                                                    absl::Time now, SessionOptions options) {
  absl::StatusOr<std::shared_ptr<const ClientContext>> context =
      ClientContext::Create(std::move(tls), std::move(options));
  if (!context.ok()) return context.status();
  return Create(*std::move(context), now);
}

Need ClientSession::Advance(absl::Span<const uint8_t> from_peer, std::vector<uint8_t>& to_peer) {
  return impl_->Advance(from_peer, to_peer);
}

void ClientSession::PeerClosed() {
  Impl& session = *impl_;
  switch (session.state) {
    case Impl::State::kHandshake:
      session.Refused(MakeFailure(Code::kNetClosed,
                                  session.result.bytes_received == 0
                                      ? "the server closed the connection without an answer"
                                      : "the server closed the connection before the handshake was "
                                        "complete"));
      break;
    case Impl::State::kGrace:
      session.AddFailure(session.ClosedAfterRequest("closed the connection"));
      break;
    case Impl::State::kOver:
      return;
  }
  session.Finish();
}

void ClientSession::TransportFailed(Code code, std::string message) {
  Impl& session = *impl_;
  switch (session.state) {
    case Impl::State::kHandshake: {
      Failure failure = MakeFailure(code, std::move(message));
      if (code == Code::kNetReset) {
        failure.envoy_reason =
            "TLS_error:|33554536:system library:OPENSSL_internal:Connection reset by "
            "peer:TLS_error_end";
      }
      // Ends the session as a failure even where we withheld the certificate.
      session.AddFailure(std::move(failure));
      break;
    }
    case Impl::State::kGrace:
      session.AddFailure(session.ClosedAfterRequest("broke the connection"));
      break;
    case Impl::State::kOver:
      return;
  }
  session.Finish();
}

void ClientSession::GraceOver() {
  if (impl_->state == Impl::State::kGrace) impl_->Finish();
}

const HandshakeResult& ClientSession::result() const { return impl_->result; }

HandshakeResult ClientSession::TakeResult() && { return std::move(impl_->result); }

}  // namespace tls
}  // namespace gwpolicy

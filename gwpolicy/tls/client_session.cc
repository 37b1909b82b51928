#include "gwpolicy/tls/client_session.h"

#include <openssl/base.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pool.h>
#include <openssl/ssl.h>
#include <openssl/stack.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/tls/application_data.h"
#include "gwpolicy/tls/certificate.h"
#include "gwpolicy/tls/client_context.h"
#include "gwpolicy/tls/handshake_capture.h"
#include "gwpolicy/tls/handshake_reason.h"
#include "gwpolicy/tls/judged_chain.h"
#include "gwpolicy/tls/verify_parsed.h"

namespace gwpolicy {
namespace tls {
namespace {

constexpr size_t kMaxFirstBytes = 64;
// Envoy has no such limit; one is enough for every use of renegotiation.
constexpr int kMaxRenegotiations = 8;

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

struct ClientSession::Impl {
  // kSettling: complete, and what came with the last bytes is looked at: a server may ask for
  // another handshake at once (below TLS 1.3).
  enum class State { kHandshake, kSettling, kGrace, kOver };

  std::shared_ptr<const ClientContext> context;
  absl::Time now;
  HandshakeResult result;
  State state = State::kHandshake;
  std::string first_bytes;
  bool envoy_accepts = false;       // the server's certificate
  std::string certificate_message;  // the server's, until its chain is in `result`
  int verification_alert = 0;       // what Envoy sends when verification failed; 0 when it did not
  bssl::UniquePtr<SSL> ssl;
  // Of the call that is under way. Kept by the caller: a memory BIO would copy all, and move what
  // it has left at every read, which is quadratic where a peer sends much in small records.
  absl::Span<const uint8_t> input;
  std::vector<uint8_t>* output = nullptr;
  ApplicationData data;
  std::vector<uint8_t> unread;  // came behind the handshake, for `data`

  const ClientContext::Impl& settings() const { return *context->impl_; }
  const ClientTls& tls() const { return *settings().tls; }

  bool Start();
  Need Advance(absl::Span<const uint8_t> from_peer, std::vector<uint8_t>& to_peer);
  void Step();
  void StepHandshake();
  void StepSettling();
  void StepGrace();
  void FailedAfterHandshake();
  void Complete();
  void Finish();
  void AddFailure(Failure failure);
  void Refused(Failure failure);
  Failure ClosedAfterRequest(absl::string_view how) const;
  HandshakeSoFar SoFar() const;
  void CaptureBroken();
  Channel Receive(absl::Span<const uint8_t> from_peer, std::string& received,
                  std::vector<uint8_t>& to_peer);

  ssl_verify_result_t OnCertificate();
  std::shared_ptr<const JudgedChain> Judge(STACK_OF(X509) * chain) const;
  void AddPins(const X509* leaf);
  void OnCertificateRequest();

  static const BIO_METHOD* Bytes();
  static int Read(BIO* bio, char* out, int size);
  static int Write(BIO* bio, const char* data, int size);
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
  alert.meaning = AlertMeaning(alert.code);
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
      ++session.result.tickets_received;
      break;
    case SSL3_MT_CERTIFICATE:
      session.certificate_message.assign(static_cast<const char*>(bytes), size);
      break;
    default:
      break;
  }
}

int ClientSession::Impl::Read(BIO* bio, char* out, int size) {
  absl::Span<const uint8_t>& rest = static_cast<Impl*>(BIO_get_data(bio))->input;
  BIO_clear_retry_flags(bio);
  if (rest.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const size_t taken = std::min(rest.size(), static_cast<size_t>(std::max(size, 0)));
  std::memcpy(out, rest.data(), taken);
  rest.remove_prefix(taken);
  return static_cast<int>(taken);
}

int ClientSession::Impl::Write(BIO* bio, const char* data, int size) {
  std::vector<uint8_t>* const to_peer = static_cast<Impl*>(BIO_get_data(bio))->output;
  if (to_peer == nullptr || size < 0) return -1;
  to_peer->insert(to_peer->end(), data, data + size);
  return size;
}

// Between BoringSSL and the spans of a call.
const BIO_METHOD* ClientSession::Impl::Bytes() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "bytes");
    if (method == nullptr) return method;
    BIO_meth_set_read(method, Read);
    BIO_meth_set_write(method, Write);
    BIO_meth_set_ctrl(method, [](BIO*, int command, long, void*) -> long {  // NOLINT
      return command == BIO_CTRL_FLUSH ? 1 : 0;
    });
    return method;
  }();
  return kMethod;
}

bool ClientSession::Impl::Start() {
  result.sni = tls().sni;
  if (!settings().failures.empty()) {
    result.failures = settings().failures;
    state = State::kOver;
    return true;
  }
  ssl.reset(SSL_new(settings().ctx.get()));
  bssl::UniquePtr<BIO> bio(BIO_new(Bytes()));
  if (ssl == nullptr || bio == nullptr) return false;
  SSL_set_connect_state(ssl.get());
  BIO_set_data(bio.get(), this);
  BIO_set_init(bio.get(), 1);
  BIO* const both = bio.release();
  SSL_set_bio(ssl.get(), both, both);
  SSL_set_app_data(ssl.get(), this);
  SSL_set_custom_verify(ssl.get(), SSL_VERIFY_PEER, Verify);
  SSL_set_cert_cb(ssl.get(), ChooseCertificate, nullptr);
  SSL_set_info_callback(ssl.get(), Info);
  SSL_set_msg_callback(ssl.get(), Message);
  if (tls().allow_renegotiation) {
    SSL_set_renegotiate_mode(ssl.get(), ssl_renegotiate_freely);
  }
  if (!tls().sni.empty() && !SSL_set_tlsext_host_name(ssl.get(), std::string(tls().sni).c_str())) {
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

void ClientSession::Impl::AddPins(const X509* leaf) {
  PinCheck check = CheckPins(leaf, *tls().pins);
  result.matched_pin = std::move(check.matched);
  if (!check.failure.has_value()) return;
  if (verification_alert == 0) verification_alert = SSL_AD_BAD_CERTIFICATE_HASH_VALUE;
  envoy_accepts = false;
  AddFailure(*std::move(check.failure));
}

// What to say of the server's chain; `chain` is the same, parsed.
std::shared_ptr<const JudgedChain> ClientSession::Impl::Judge(STACK_OF(X509) * chain) const {
  const STACK_OF(CRYPTO_BUFFER)* sent = SSL_get0_peer_certificates(ssl.get());
  if (auto known = settings().last_chain.Find(sent, now)) return known;
  auto judged = std::make_shared<JudgedChain>();
  judged->now = now;
  for (const CRYPTO_BUFFER* one : sent) {
    judged->der.emplace_back(reinterpret_cast<const char*>(CRYPTO_BUFFER_data(one)),
                             CRYPTO_BUFFER_len(one));
  }
  for (const X509* certificate : chain) {
    const size_t next = judged->shown.size();
    if (next == kMaxShownCertificates) break;
    judged->shown.push_back(Summarize(certificate, judged->der[next]));
  }
  if (settings().trust != nullptr) {
    judged->verified =
        VerifyParsed(chain, *settings().trust, tls().names, now, settings().options.mode);
    std::stable_partition(judged->verified.failures.begin(), judged->verified.failures.end(),
                          [](const Failure& failure) { return failure.primary; });
  }
  settings().last_chain.Keep(judged);
  return judged;
}

ssl_verify_result_t ClientSession::Impl::OnCertificate() {
  CaptureNegotiated(ssl.get(), result);
  STACK_OF(X509)* chain = SSL_get_peer_full_cert_chain(ssl.get());
  if (chain == nullptr || sk_X509_num(chain) == 0) {
    AddFailure(MakeFailure(Code::kChainEmpty, "the server sent no certificate"));
    return ssl_verify_invalid;
  }
  // A renegotiation comes here again; the last chain is the one that counts.
  certificate_message.clear();
  const std::shared_ptr<const JudgedChain> judged = Judge(chain);
  CaptureChain(ssl.get(), *judged, result);
  const X509* leaf = sk_X509_value(chain, 0);
  switch (tls().trust.source) {
    case TrustSource::kNobody:
      AddFailure(MakeFailure(Code::kTrustSourceMissing,
                             "nobody is trusted, so no server's certificate can be accepted"));
      verification_alert = SSL_AD_UNKNOWN_CA;
      break;
    case TrustSource::kUnverified:
      envoy_accepts = true;
      AddPins(leaf);
      break;
    case TrustSource::kBundle:
    case TrustSource::kSystem: {
      const VerifyResult& verified = judged->verified;
      for (const Failure& failure : verified.failures) AddFailure(failure);
      result.warnings.insert(result.warnings.end(), verified.warnings.begin(),
                             verified.warnings.end());
      result.built_chain = verified.built_chain;
      result.modes_differ = verified.modes_differ;
      verification_alert = verified.alert;
      const bool passed = verified.verdict == Verdict::kPass;
      switch (settings().options.mode) {
        case VerifyMode::kEnvoy:
          envoy_accepts = passed;
          break;
        case VerifyMode::kStrict:
          envoy_accepts = passed != verified.modes_differ;
          break;
      }
      AddPins(leaf);
      break;
    }
  }
  // Go on in any case: the rest of the handshake shows what else is wrong.
  return ssl_verify_ok;
}

void ClientSession::Impl::OnCertificateRequest() {
  result.certificate_requested = true;
  CaptureAcceptableCas(ssl.get(), result);
  if (!settings().has_certificate) return;
  if (!result.failures.empty()) {
    const bool shown =
        envoy_accepts && settings().options.present_certificate == PresentCertificate::kAsEnvoy;
    if (!shown) {
      result.certificate_withheld = true;
      return;
    }
    result.warnings.push_back(
        MakeFailure(Code::kClientCertShownUnverified,
                    "the client certificate was shown to a server that failed verification, since "
                    "Envoy would accept that server"));
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

// BoringSSL keeps nothing of a chain that it refused before it was verified, for instance for its
// keyUsage, and that is when a person wants to see it.
void ClientSession::Impl::CaptureBroken() {
  if (!certificate_message.empty()) {
    CaptureNegotiated(ssl.get(), result);
    CaptureUnverifiedChain(certificate_message, SSL_version(ssl.get()) == TLS1_3_VERSION, result);
  } else if (!result.version.empty()) {
    CaptureNegotiated(ssl.get(), result);
  }
}

void ClientSession::Impl::Finish() {
  state = State::kOver;
  if (ssl != nullptr) {
    // The one under way is counted by BoringSSL, unless it is the first handshake.
    const int under_way = SSL_in_init(ssl.get()) != 0 ? 1 : 0;
    result.renegotiations = std::max(SSL_total_renegotiations(ssl.get()) - under_way, 0);
  }
  result.verdict = result.failures.empty() ? Verdict::kPass : Verdict::kFail;
  if (result.verdict == Verdict::kPass && settings().options.keep_open) data.Open();
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
    AddFailure(MakeFailure(Code::kTlsFlood,
                           absl::StrCat("the server sent more than ", settings().options.max_bytes,
                                        " bytes before the handshake was over")));
    Finish();
    return Need::kNothing;
  }
  result.bytes_received += from_peer.size();
  const size_t sent_before = to_peer.size();
  input = from_peer;
  output = &to_peer;
  Step();
  if (state == State::kOver && settings().options.keep_open) {
    unread.assign(input.begin(), input.end());
  }
  input = {};
  output = nullptr;
  result.bytes_sent += to_peer.size() - sent_before;
  switch (state) {
    case State::kHandshake:
    case State::kSettling:
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
  if (state == State::kSettling) StepSettling();
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
      CaptureBroken();
      Finish();
      return;
  }
  CaptureNegotiated(ssl.get(), result);
  if (!result.failures.empty() && !result.certificate_sent) {
    // Envoy would have stopped earlier, with this alert.
    SSL_send_fatal_alert(ssl.get(),
                         static_cast<uint8_t>(verification_alert == 0 ? SSL_AD_CERTIFICATE_UNKNOWN
                                                                      : verification_alert));
    Finish();
    return;
  }
  result.phase = Phase::kPostHandshake;
  if (SSL_version(ssl.get()) != TLS1_3_VERSION) {
    state = State::kSettling;
  } else if (result.certificate_requested) {
    state = State::kGrace;
  } else {
    Complete();
  }
}

void ClientSession::Impl::StepSettling() {
  uint8_t byte;
  ERR_clear_error();
  const int got = SSL_peek(ssl.get(), &byte, 1);
  const int error = got > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl.get(), got);
  switch (error) {
    case SSL_ERROR_WANT_READ:
      if (!SSL_in_init(ssl.get())) break;
      if (SSL_total_renegotiations(ssl.get()) <= kMaxRenegotiations) return;
      AddFailure(MakeFailure(Code::kTlsFlood, absl::StrCat("the server asked for more than ",
                                                           kMaxRenegotiations, " renegotiations")));
      Finish();
      return;
    case SSL_ERROR_NONE:
    case SSL_ERROR_ZERO_RETURN:  // closed once all was done
      break;
    default:
      FailedAfterHandshake();
      return;
  }
  CaptureNegotiated(ssl.get(), result);
  Complete();
}

void ClientSession::Impl::StepGrace() {
  uint8_t byte;
  ERR_clear_error();
  const int got = SSL_peek(ssl.get(), &byte, 1);
  const int error = got > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl.get(), got);
  switch (error) {
    case SSL_ERROR_WANT_READ:
      if (result.tickets_received == 0) return;
      break;
    case SSL_ERROR_NONE:
      break;
    case SSL_ERROR_ZERO_RETURN:
      if (result.tickets_received > 0) break;  // accepted, and then closed
      AddFailure(ClosedAfterRequest("closed TLS"));
      Finish();
      return;
    default:
      FailedAfterHandshake();
      return;
  }
  CaptureNegotiated(ssl.get(), result);
  Complete();
}

// Envoy has done its handshake then and gives no reason (flag UC).
void ClientSession::Impl::FailedAfterHandshake() {
  Failure failure = ExplainErrorQueue(SoFar());
  failure.envoy_reason.clear();
  AddFailure(std::move(failure));
  Finish();
}

void ClientSession::Impl::Complete() {
  result.certificate_confirmed = result.certificate_sent;
  if (!settings().options.keep_open) SSL_shutdown(ssl.get());
  Finish();
}

Failure ClientSession::Impl::ClosedAfterRequest(absl::string_view how) const {
  return MakeFailure(
      result.certificate_sent ? Code::kClientCertRejected : Code::kClientCertRequired,
      absl::StrCat("the server asked for a client certificate, ",
                   result.certificate_sent ? "got ours" : "got none", " and ", how));
}

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
    case Impl::State::kSettling:
      session.AddFailure(MakeFailure(
          Code::kNetClosed, "the server closed the connection in the middle of a renegotiation"));
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
    case Impl::State::kSettling:
      session.AddFailure(MakeFailure(code, std::move(message)));
      break;
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

Channel ClientSession::Impl::Receive(absl::Span<const uint8_t> from_peer, std::string& received,
                                     std::vector<uint8_t>& to_peer) {
  std::vector<uint8_t> joined = std::move(unread);
  unread.clear();
  if (!joined.empty()) {
    joined.insert(joined.end(), from_peer.begin(), from_peer.end());
    from_peer = joined;
  }
  input = from_peer;
  output = &to_peer;
  Channel channel = data.Read(ssl.get(), kMaxRenegotiations, received);
  input = {};
  output = nullptr;
  // A renegotiation may have brought a certificate that is not to be spoken to.
  if (!result.failures.empty()) {
    result.verdict = Verdict::kFail;
    data = ApplicationData();
    channel = Channel::kBroken;
  }
  return channel;
}

void ClientSession::Send(absl::string_view data, std::vector<uint8_t>& to_peer) {
  impl_->output = &to_peer;
  impl_->data.Write(impl_->ssl.get(), data);
  impl_->output = nullptr;
}

Channel ClientSession::Receive(absl::Span<const uint8_t> from_peer, std::string& received,
                               std::vector<uint8_t>& to_peer) {
  return impl_->Receive(from_peer, received, to_peer);
}

void ClientSession::Close(std::vector<uint8_t>& to_peer) {
  impl_->output = &to_peer;
  impl_->data.Close(impl_->ssl.get());
  impl_->output = nullptr;
}

const HandshakeResult& ClientSession::result() const { return impl_->result; }

HandshakeResult ClientSession::TakeResult() && { return std::move(impl_->result); }

}  // namespace tls
}  // namespace gwpolicy

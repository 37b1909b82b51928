#include "gwpolicy/tls/application_data.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cstddef>

namespace gwpolicy {
namespace tls {
namespace {

constexpr int kReadSize = 16 << 10;  // of one record

}  // namespace

void ApplicationData::Write(SSL* ssl, absl::string_view data) {
  if (!open_) return;
  unsent_.append(data.data(), data.size());
  if (unsent_.empty()) return;
  // What waits may have moved until it is tried again.
  SSL_set_mode(ssl, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  ERR_clear_error();
  const int written = SSL_write(ssl, unsent_.data(), static_cast<int>(unsent_.size()));
  if (written > 0) unsent_.erase(0, static_cast<size_t>(written));
  ERR_clear_error();
}

Channel ApplicationData::Read(SSL* ssl, int max_renegotiations, std::string& received) {
  if (!open_) return Channel::kBroken;
  int error = SSL_ERROR_NONE;
  while (error == SSL_ERROR_NONE) {
    const size_t before = received.size();
    received.resize(before + kReadSize);
    ERR_clear_error();
    const int got = SSL_read(ssl, &received[before], kReadSize);
    error = got > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl, got);
    received.resize(before + (got > 0 ? static_cast<size_t>(got) : 0));
  }
  ERR_clear_error();
  switch (error) {
    case SSL_ERROR_WANT_READ:
      if (SSL_total_renegotiations(ssl) > max_renegotiations) break;
      Write(ssl, "");
      return Channel::kOpen;
    case SSL_ERROR_ZERO_RETURN:
      return Channel::kClosed;
    default:
      break;
  }
  open_ = false;
  return Channel::kBroken;
}

void ApplicationData::Close(SSL* ssl) {
  if (open_) SSL_shutdown(ssl);
  open_ = false;
  ERR_clear_error();
}

}  // namespace tls
}  // namespace gwpolicy

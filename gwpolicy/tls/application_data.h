#ifndef GWPOLICY_TLS_APPLICATION_DATA_H_
#define GWPOLICY_TLS_APPLICATION_DATA_H_

#include <string>

#include "absl/strings/string_view.h"
#include "gwpolicy/tls/client_session.h"

struct ssl_st;  // SSL

namespace gwpolicy {
namespace tls {

// What an SSL that has done its handshake carries, once it is open. Private to this layer. The
// bytes of TLS go through its BIO. Leaves the error queue empty.
class ApplicationData {
 public:
  void Open() { open_ = true; }

  // Encrypts `data`; while the server renegotiates it waits for Read.
  void Write(ssl_st* ssl, absl::string_view data);
  // Appends to `received` all that can be decrypted. Broken also where the server renegotiates more
  // than `max_renegotiations` times.
  Channel Read(ssl_st* ssl, int max_renegotiations, std::string& received);
  void Close(ssl_st* ssl);

 private:
  bool open_ = false;
  std::string unsent_;
};

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_APPLICATION_DATA_H_

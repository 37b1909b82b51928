#ifndef GWPOLICY_PROBE_HTTP_H_
#define GWPOLICY_PROBE_HTTP_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// The request that may follow a handshake: plain values.
namespace gwpolicy {
namespace probe {

// What to ask for, over HTTP/1.1 or, where ALPN chose "h2", over HTTP/2.
struct HttpCheck {
  std::string method = "GET";  // or "HEAD"
  std::string path = "/";      // with the query, as it is sent
  // Host or :authority. "": the SNI, else, or where no request may hold that, the host of the
  // target, an IPv6 address in brackets.
  std::string host;
  // Which status is not a failure (Http/Status): one from `lowest` to `highest`. By default every
  // one: whoever answers in HTTP is reached.
  int lowest_status = 100;
  int highest_status = 999;
};

// Whether it has the form NAME or NAME:PORT, with nothing that would end the header that holds it.
bool IsRequestHost(absl::string_view text);

// INVALID_ARGUMENT for another method, a path that does not begin with "/" and a host or a path
// with what no request may hold (RFC 9112 3.2), or an empty range of statuses.
absl::Status ValidateHttpCheck(const HttpCheck& check);

// What came back.
struct HttpAnswer {
  // At most so much of a body is read; the rest is left.
  static constexpr size_t kMaxBody = 64 << 10;
  // The same for its head, with the heads of interim responses (1xx); more is Http/TooLong.
  static constexpr size_t kMaxHead = 64 << 10;

  std::string version;         // "HTTP/1.1", "HTTP/1.0" or "HTTP/2"; "" where no answer came
  int status = 0;              // of the final response; 0 where its head did not come
  absl::Duration first_byte;   // from the request to the first byte after it; zero without one
  size_t body_bytes = 0;       // read, without the framing of its transfer
  bool body_complete = false;  // and that was all of it
};

}  // namespace probe
}  // namespace gwpolicy

#endif  // GWPOLICY_PROBE_HTTP_H_

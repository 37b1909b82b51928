#ifndef GWPOLICY_PROBE_HTTP_EXCHANGE_H_
#define GWPOLICY_PROBE_HTTP_EXCHANGE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/probe/http.h"

// Private to probe/: one HTTP request and its response over a connection that somebody else keeps.
namespace gwpolicy {
namespace probe {

// A request as it is sent.
struct HttpRequest {
  std::string method;
  std::string path;
  std::string host;
};

// A state machine over bytes, without sockets and clocks. Memory is bounded by HttpAnswer's limits,
// whatever the server sends. Not thread-safe.
class HttpExchange {
 public:
  // One for the protocol that ALPN chose; null for a protocol that is not HTTP.
  static std::unique_ptr<HttpExchange> Create(absl::string_view alpn, const HttpRequest& request);

  virtual ~HttpExchange() = default;

  // Takes what the server sent, at any cut, and appends what must be sent to it; with no bytes at
  // first, which makes the request. Bytes after the end are passed over.
  virtual void Receive(absl::string_view bytes, std::string& to_send) = 0;
  // The server sends no more.
  virtual void PeerClosed() = 0;

  bool over() const { return over_; }
  const HttpAnswer& answer() const { return answer_; }
  // Why there is no answer. Set only when it is over.
  const std::optional<std::pair<Code, std::string>>& failure() const { return failure_; }

 protected:
  void Finish() { over_ = true; }
  void Fail(Code code, std::string message) {
    failure_.emplace(code, std::move(message));
    over_ = true;
  }
  // Counts a part of the body, up to kMaxBody, where it is over.
  void AddBody(size_t size);

  HttpAnswer answer_;

 private:
  bool over_ = false;
  std::optional<std::pair<Code, std::string>> failure_;
};

// The two kinds; see Create.
std::unique_ptr<HttpExchange> MakeHttp1(const HttpRequest& request);
std::unique_ptr<HttpExchange> MakeHttp2(const HttpRequest& request);

// The beginning of what a server sent, for people: printable and in quotes.
std::string ShownBytes(absl::string_view bytes);

}  // namespace probe
}  // namespace gwpolicy

#endif  // GWPOLICY_PROBE_HTTP_EXCHANGE_H_

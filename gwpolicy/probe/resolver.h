#ifndef GWPOLICY_PROBE_RESOLVER_H_
#define GWPOLICY_PROBE_RESOLVER_H_

#include <sys/socket.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace gwpolicy {
namespace probe {

// An address with its port, as the socket calls take it.
struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t size = 0;

  // "127.0.0.1:8443", "[::1]:8443".
  std::string Text() const;
};

// The answer for one host name. Exactly one of the two is not empty.
struct Resolution {
  size_t ticket = 0;
  std::vector<SocketAddress> addresses;
  std::string error;
};

// An address literal, without asking anybody; brackets around IPv6 are taken off. Empty when `host`
// is a name.
std::vector<SocketAddress> ParseAddress(const std::string& host, int port);

// Looks names up with getaddrinfo on a few threads of its own. getaddrinfo cannot be interrupted:
// the destructor does not wait for those that hang, they end on their own and touch nothing that is
// gone. Used by one thread.
class Resolver {
 public:
  explicit Resolver(size_t max_threads);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // False when there is no descriptor for fd().
  bool ok() const;
  // Readable when TakeDone() has something.
  int fd() const;
  // Asks; the answer comes with the same ticket.
  void Ask(size_t ticket, std::string host, int port);
  std::vector<Resolution> TakeDone();

 private:
  struct Shared;
  static void Work(const std::shared_ptr<Shared>& shared);

  const size_t max_threads_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace probe
}  // namespace gwpolicy

#endif  // GWPOLICY_PROBE_RESOLVER_H_

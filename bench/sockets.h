// What the benchmarks over loopback share.
#ifndef BENCH_SOCKETS_H_
#define BENCH_SOCKETS_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace gwpolicy::bench {

[[noreturn]] inline void Die(const char* what) {
  std::perror(what);
  std::exit(2);
}

// A socket that listens on a free port of 127.0.0.1, not blocking, and the port.
inline std::pair<int, int> Listen() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(fd, 4096) != 0 || getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    Die("listen");
  }
  return {fd, ntohs(address.sin_port)};
}

}  // namespace gwpolicy::bench

#endif  // BENCH_SOCKETS_H_

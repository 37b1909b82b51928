// Handshakes of OpenSSL's library as a client, for bench/loopback.py, which compiles this with the
// system's compiler and Debian's libssl-dev: Bazel knows BoringSSL alone.
//
//   openssl_client CA 1.2|1.3 COUNT PORT...
//
// Chain and name are verified, nothing is resumed. Writes a line of JSON.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "bench/sockets.h"

namespace {

constexpr char kHost[] = "web.example.com";

struct Seen {
  std::string version;
  std::string cipher;
  std::string group;
};

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "openssl_client: %s\n", what);
  ERR_print_errors_fp(stderr);
  std::exit(1);
}

void Handshake(SSL_CTX* ctx, int port, Seen* seen) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  const int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    gwpolicy::bench::Die("connect");
  }
  SSL* const ssl = SSL_new(ctx);
  SSL_set_tlsext_host_name(ssl, kHost);
  SSL_set1_host(ssl, kHost);
  SSL_set_fd(ssl, fd);
  if (SSL_connect(ssl) != 1) Fail("the handshake failed");
  if (SSL_get_verify_result(ssl) != X509_V_OK) Fail("not verified");
  if (seen != nullptr) {
    *seen = {SSL_get_version(ssl), SSL_get_cipher_name(ssl),
             OBJ_nid2sn(static_cast<int>(SSL_get_negotiated_group(ssl)) & 0xffff)};
  }
  SSL_shutdown(ssl);
  SSL_free(ssl);
  close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const int version = std::strcmp(argv[2], "1.2") == 0 ? TLS1_2_VERSION : TLS1_3_VERSION;
  const int count = std::atoi(argv[3]);
  std::vector<int> ports;
  for (int i = 4; i < argc; ++i) ports.push_back(std::atoi(argv[i]));
  SSL_CTX* const ctx = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  if (SSL_CTX_load_verify_locations(ctx, argv[1], nullptr) != 1 ||
      SSL_CTX_set_min_proto_version(ctx, version) != 1 ||
      SSL_CTX_set_max_proto_version(ctx, version) != 1) {
    Fail("the settings");
  }
  const double cpu_before = gwpolicy::bench::CpuSeconds();
  const auto began = std::chrono::steady_clock::now();
  Seen seen;
  for (int i = 0; i < count; ++i) {
    Handshake(ctx, ports[i % ports.size()], i + 1 == count ? &seen : nullptr);
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;
  std::printf(
      "{\"handshakes\": %d, \"wall_s\": %.6f, \"cpu_s\": %.6f, \"version\": \"%s\", "
      "\"cipher\": \"%s\", \"group\": \"%s\"}\n",
      count, wall.count(), gwpolicy::bench::CpuSeconds() - cpu_before, seen.version.c_str(),
      seen.cipher.c_str(), seen.group.c_str());
  SSL_CTX_free(ctx);
  return 0;
}

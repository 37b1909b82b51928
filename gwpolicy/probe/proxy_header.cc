#include "gwpolicy/probe/proxy_header.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace gwpolicy {
namespace probe {
namespace {

void AppendPort(uint16_t network_order, std::vector<uint8_t>& out) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(&network_order);
  out.insert(out.end(), bytes, bytes + 2);
}

}  // namespace

std::vector<uint8_t> ProxyHeader(ProxyProtocol version, const sockaddr_storage& source,
                                 const sockaddr_storage& destination) {
  const bool v6 = source.ss_family == AF_INET6;
  const auto& source4 = reinterpret_cast<const sockaddr_in&>(source);
  const auto& destination4 = reinterpret_cast<const sockaddr_in&>(destination);
  const auto& source6 = reinterpret_cast<const sockaddr_in6&>(source);
  const auto& destination6 = reinterpret_cast<const sockaddr_in6&>(destination);
  const uint16_t source_port = v6 ? source6.sin6_port : source4.sin_port;
  const uint16_t destination_port = v6 ? destination6.sin6_port : destination4.sin_port;
  std::vector<uint8_t> out;
  switch (version) {
    case ProxyProtocol::kNone:
      break;
    case ProxyProtocol::kV1: {
      char from[INET6_ADDRSTRLEN] = "";
      char to[INET6_ADDRSTRLEN] = "";
      if (v6) {
        inet_ntop(AF_INET6, &source6.sin6_addr, from, sizeof(from));
        inet_ntop(AF_INET6, &destination6.sin6_addr, to, sizeof(to));
      } else {
        inet_ntop(AF_INET, &source4.sin_addr, from, sizeof(from));
        inet_ntop(AF_INET, &destination4.sin_addr, to, sizeof(to));
      }
      const std::string line =
          absl::StrCat("PROXY ", v6 ? "TCP6" : "TCP4", " ", from, " ", to, " ", ntohs(source_port),
                       " ", ntohs(destination_port), "\r\n");
      out.assign(line.begin(), line.end());
      break;
    }
    case ProxyProtocol::kV2: {
      out = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
      out.push_back(0x21);              // version 2, PROXY
      out.push_back(v6 ? 0x21 : 0x11);  // TCP over IPv6 or IPv4
      out.push_back(0);
      out.push_back(v6 ? 36 : 12);  // bytes that follow
      const auto append = [&](const void* bytes, size_t size) {
        const auto* at = static_cast<const uint8_t*>(bytes);
        out.insert(out.end(), at, at + size);
      };
      if (v6) {
        append(&source6.sin6_addr, 16);
        append(&destination6.sin6_addr, 16);
      } else {
        append(&source4.sin_addr, 4);
        append(&destination4.sin_addr, 4);
      }
      AppendPort(source_port, out);
      AppendPort(destination_port, out);
      break;
    }
  }
  return out;
}

}  // namespace probe
}  // namespace gwpolicy

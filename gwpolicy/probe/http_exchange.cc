#include "gwpolicy/probe/http_exchange.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace gwpolicy {
namespace probe {
std::unique_ptr<HttpExchange> HttpExchange::Create(absl::string_view alpn,
                                                   const HttpRequest& request) {
  if (alpn == "h2") return MakeHttp2(request);
  if (alpn.empty() || alpn == "http/1.1" || alpn == "http/1.0") return MakeHttp1(request);
  return nullptr;
}

void HttpExchange::AddBody(size_t size) {
  answer_.body_bytes += std::min(size, HttpAnswer::kMaxBody - answer_.body_bytes);
  if (answer_.body_bytes == HttpAnswer::kMaxBody) Finish();
}

std::string ShownBytes(absl::string_view bytes) {
  constexpr size_t kMaxShown = 32;
  return absl::StrCat("\"", absl::CHexEscape(bytes.substr(0, kMaxShown)),
                      bytes.size() > kMaxShown ? "..." : "", "\"");
}

}  // namespace probe
}  // namespace gwpolicy

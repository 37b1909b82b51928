#include "tests/fuzz/http_property.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/probe/http.h"
#include "gwpolicy/probe/http_exchange.h"

namespace gwpolicy::testing {
namespace {

using probe::HttpAnswer;
using probe::HttpExchange;

constexpr size_t kMaxSent = 1 << 16;

struct Seen {
  std::string outcome;
  std::string fault;
};

Seen Exchange(absl::string_view alpn, const probe::HttpRequest& request, absl::string_view answer,
              size_t step) {
  const std::unique_ptr<HttpExchange> exchange = HttpExchange::Create(alpn, request);
  std::string sent;
  exchange->Receive("", sent);
  while (!answer.empty()) {
    exchange->Receive(answer.substr(0, step), sent);
    answer.remove_prefix(std::min(step, answer.size()));
  }
  exchange->PeerClosed();
  const HttpAnswer& got = exchange->answer();
  Seen seen;
  seen.outcome = absl::StrCat(got.version, " ", got.status, " ", got.body_bytes, " ",
                              got.body_complete ? "complete" : "cut");
  if (!exchange->over()) seen.fault = "the end of the connection is not the end of the exchange";
  if (sent.size() > kMaxSent) seen.fault = "much is sent for little";
  if (got.body_bytes > HttpAnswer::kMaxBody) seen.fault = "the body has no limit";
  if (exchange->failure().has_value()) {
    const auto& [code, message] = *exchange->failure();
    absl::StrAppend(&seen.outcome, " ", NameOf(code));
    if (!absl::StartsWith(NameOf(code), "Http/") || message.empty() || message.size() > 500) {
      seen.fault = "a failure says nothing";
    }
    const bool printable =
        std::all_of(message.begin(), message.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
    if (!printable) seen.fault = "a message cannot be printed";
  } else if (got.status < 100 || got.status > 999 || got.version.empty()) {
    seen.fault = "neither an answer nor a failure";
  }
  return seen;
}

}  // namespace

std::string HttpFault(absl::string_view input) {
  if (input.empty()) return "";
  const auto switches = static_cast<uint8_t>(input[0]);
  input.remove_prefix(1);
  const absl::string_view alpn = (switches & 1) != 0 ? "h2" : "http/1.1";
  const probe::HttpRequest request{(switches & 2) != 0 ? "HEAD" : "GET", "/", "web.example.com"};
  const Seen whole = Exchange(alpn, request, input, SIZE_MAX);
  if (!whole.fault.empty()) return whole.fault;
  const Seen pieces = Exchange(alpn, request, input, (switches >> 2) + 1);
  if (!pieces.fault.empty()) return pieces.fault;
  // Of HTTP/2, what the server sends behind a fault may be seen or not.
  if (alpn == "http/1.1" && whole.outcome != pieces.outcome) {
    return absl::StrCat("it depends on the cuts: ", whole.outcome, " or ", pieces.outcome);
  }
  return "";
}

}  // namespace gwpolicy::testing

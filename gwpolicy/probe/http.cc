#include "gwpolicy/probe/http.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace gwpolicy {
namespace probe {
namespace {

constexpr size_t kMaxPath = 8 << 10;
constexpr size_t kMaxHost = 255;

bool IsGraphic(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c)) != 0;
  });
}

}  // namespace

bool IsRequestHost(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxHost && IsGraphic(text) &&
         text.find_first_of("/@?#\\") == absl::string_view::npos;
}

absl::Status ValidateHttpCheck(const HttpCheck& check) {
  if (check.method != "GET" && check.method != "HEAD") {
    return absl::InvalidArgumentError("the method of the request must be GET or HEAD");
  }
  if (!absl::StartsWith(check.path, "/") || check.path.size() > kMaxPath ||
      !IsGraphic(check.path) || absl::StrContains(check.path, '#')) {
    return absl::InvalidArgumentError(
        "the path of the request must begin with /, be at most 8 KiB long and have no blanks, "
        "fragment or characters beyond ASCII; write those as %XX");
  }
  if (!check.host.empty() && !IsRequestHost(check.host)) {
    return absl::InvalidArgumentError("the host of the request is not of the form NAME[:PORT]");
  }
  if (check.lowest_status < 100 || check.highest_status > 999 ||
      check.lowest_status > check.highest_status) {
    return absl::InvalidArgumentError("the expected status is not a range within 100 to 999");
  }
  return absl::OkStatus();
}

}  // namespace probe
}  // namespace gwpolicy

#include "gwpolicy/base/go_float.h"

#include <charconv>
#include <cmath>
#include <iterator>

namespace gwpolicy {

std::string GoFloat(double number) {
  const double size = std::fabs(number);
  const bool is_plain = number == 0 || (size >= 1e-4 && size < 1e6);
  char text[32];
  const auto end =
      std::to_chars(std::begin(text), std::end(text), number,
                    is_plain ? std::chars_format::fixed : std::chars_format::scientific);
  return std::string(text, end.ptr);
}

}  // namespace gwpolicy

// Prints docs/codes.md from the registry of codes:
//
//   bazel run //docs:codes_page > docs/codes.md
#include <iostream>
#include <string>

#include "gwpolicy/base/codes.h"

int main() {
  std::cout
      << "# Codes\n\n"
         "Every finding and every reason of a failed handshake has one of these codes. They are a "
         "contract:\n"
         "never renamed, never used for something else. Made from `gwpolicy/base/codes.inc` by\n"
         "`bazel run //docs:codes_page > docs/codes.md`.\n\n"
         "| code | level | what it means | what to do |\n|---|---|---|---|\n";
  for (const gwpolicy::CodeInfo& info : gwpolicy::AllCodes()) {
    std::cout << "| `" << info.name << "` | " << gwpolicy::LevelName(info.level) << " | "
              << info.cause << " | " << info.remedy << " |\n";
  }
  return 0;
}

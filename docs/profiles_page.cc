// Prints docs/profiles.md from the profiles:
//
//   bazel run //docs:profiles_page > docs/profiles.md
#include <iostream>

#include "absl/strings/string_view.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/profile_table.h"

namespace gwpolicy {
namespace {

absl::string_view Mark(Basis basis) {
  switch (basis) {
    case Basis::kOpen:
      return "–";
    case Basis::kSpecification:
      return "A";
    case Basis::kReported:
      return "R";
    case Basis::kSource:
      return "S";
  }
  return "";
}

void PrintControllers() {
  std::cout << "| profile | chosen by controllerName | what it is |\n|---|---|---|\n";
  for (const Profile* profile : AllProfiles()) {
    std::cout << "| `" << profile->name << "` | ";
    if (profile->by_name_only) {
      std::cout << "only by name, with `--profile`";
    } else {
      absl::string_view separator;
      for (absl::string_view name : profile->controller_names) {
        std::cout << separator << "`" << name << "`";
        separator = ", ";
      }
    }
    std::cout << " | " << profile->doc << " |\n";
  }
}

void PrintQuestion(const ProfileQuestion& question) {
  std::cout << "\n### " << question.text << "\n\n| profile | answer | checked |\n|---|---|---|\n";
  for (const Profile* profile : AllProfiles()) {
    std::cout << "| `" << profile->name << "` | " << question.answer(*profile) << " | "
              << Mark(question.basis(*profile)) << " |\n";
  }
}

}  // namespace
}  // namespace gwpolicy

int main() {
  std::cout << "# Profiles\n\n"
               "What differs between controllers, question by question. Made from "
               "`gwpolicy/resolve/profiles/` by\n"
               "`bazel run //docs:profiles_page > docs/profiles.md`.\n\n";
  gwpolicy::PrintControllers();
  std::cout << "\nWhat an answer was checked against: **S** read in the controller's source; **R** "
               "documentation, issues or\nanother release of its project; **A** the Gateway API "
               "says so, the controller itself was not looked at; **–** nobody\nsays, so it is the "
               "careful answer. The file of each profile names its sources.\n\n"
               "## Questions\n";
  for (const gwpolicy::ProfileQuestion& question : gwpolicy::ProfileQuestions()) {
    gwpolicy::PrintQuestion(question);
  }
  return 0;
}

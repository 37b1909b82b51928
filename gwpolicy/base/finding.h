#ifndef GWPOLICY_BASE_FINDING_H_
#define GWPOLICY_BASE_FINDING_H_

#include <string>
#include <tuple>

#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"

namespace gwpolicy {

// Names one object as a manifest does. `ns` is empty for cluster-scoped kinds.
struct ObjectRef {
  std::string api_version;
  std::string kind;
  std::string ns;
  std::string name;

  friend bool operator==(const ObjectRef& a, const ObjectRef& b) {
    return std::tie(a.api_version, a.kind, a.ns, a.name) ==
           std::tie(b.api_version, b.kind, b.ns, b.name);
  }
  friend bool operator<(const ObjectRef& a, const ObjectRef& b) {
    return std::tie(a.kind, a.ns, a.name, a.api_version) <
           std::tie(b.kind, b.ns, b.name, b.api_version);
  }
};

// One thing that is wrong with, or worth knowing about, the input. A finding is a value: it says
// what, where and what to do, and never means that the call failed.
struct Finding {
  Code code = Code::kSchemaRule;
  Level level = Level::kError;
  std::string message;     // a sentence for people, without the code; never a private key
  std::string remedy;      // what to do, and who
  ObjectRef object;        // empty when the input could not be read as an object
  std::string field_path;  // "spec.targetRefs[0].name", "" for the whole object
  std::string file;        // as the user named it, "-" for standard input, "" when none
  int line = 0;            // from 1; 0 is unknown
  int column = 0;

  friend bool operator==(const Finding& a, const Finding& b) {
    return a.Key() == b.Key() && a.level == b.level && a.message == b.message &&
           a.remedy == b.remedy;
  }
  // File order first, so that reports read as the files do.
  friend bool operator<(const Finding& a, const Finding& b) { return a.Key() < b.Key(); }

 private:
  std::tuple<const std::string&, int, int, const ObjectRef&, const std::string&, Code,
             const std::string&>
  Key() const {
    return {file, line, column, object, field_path, code, message};
  }
};

}  // namespace gwpolicy

#endif  // GWPOLICY_BASE_FINDING_H_

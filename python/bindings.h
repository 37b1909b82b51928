#ifndef GWPOLICY_PYTHON_BINDINGS_H_
#define GWPOLICY_PYTHON_BINDINGS_H_

#include <pybind11/pybind11.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/report/probe_results.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/verify_chain.h"

// What the files of the extension module share. One `*_bindings.cc` a concept; module.cc registers
// them in the order of their dependencies.
//
// Rules that hold in all of them: the GIL is released around work that takes time, in an inner
// block that ends before any Python object is touched; C++ never calls back into Python; what
// Python holds is a copy or a shared pointer to something immutable, never a reference into an
// engine.
namespace gwpolicy {
namespace python {

namespace py = pybind11;

void RegisterFindings(py::module_& module);
void RegisterObjects(py::module_& module);
void RegisterManifest(py::module_& module);
void RegisterValidate(py::module_& module);
void RegisterResults(py::module_& module);
void RegisterEngine(py::module_& module);
void RegisterReport(py::module_& module);
void RegisterDiff(py::module_& module);
void RegisterEnvoy(py::module_& module);
void RegisterProbe(py::module_& module);
void RegisterProbeEntries(py::module_& module);
void RegisterTrust(py::module_& module);
void RegisterVerify(py::module_& module);

// Raises the class of gwpolicy._errors that belongs to the code. Needs the GIL.
[[noreturn]] void RaiseStatus(const absl::Status& status);
inline void OrRaise(const absl::Status& status) {
  if (!status.ok()) RaiseStatus(status);
}
template <typename T>
T OrRaise(absl::StatusOr<T> result) {
  if (!result.ok()) RaiseStatus(result.status());
  return *std::move(result);
}

// None, bool, int, float, str, list and dict.
py::object ToPython(const Value& value);
// The other way; raises TypeError for anything else, and for keys that are no str.
Value ToValue(py::handle object);

// str as Python has it; bytes that are not UTF-8 become U+FFFD.
py::str ToStr(absl::string_view text);

// None is now, else an RFC 3339 text or a datetime with a time zone. `name` is for the message.
absl::Time ToTime(const py::object& time, absl::string_view name);
// UTC; None for an infinite time.
py::object ToDatetime(absl::Time time);

// A number of seconds or a timedelta, neither negative nor infinite.
absl::Duration ToDuration(const py::object& duration, absl::string_view name);

// A list from any iterable of T.
template <typename T>
std::vector<T> ToVector(const py::iterable& items) {
  std::vector<T> out;
  for (py::handle item : items) out.push_back(item.cast<T>());
  return out;
}

// What Python sees of the results; all are immutable and shared.
struct PyBackend {
  std::shared_ptr<const BackendTls> result;
};
struct PyPolicy {
  std::shared_ptr<const PolicyResult> result;
};
struct PyGateway {
  std::shared_ptr<const RoutedGateway> result;
};

// What a command looked at, probed or recorded. Immutable.
struct PyProbeEntries {
  std::vector<report::ProbeEntry> entries;
  std::shared_ptr<const tls::TrustBundle> system_trust;  // null: there is none
};

tls::VerifyMode ToMode(const std::string& mode);
// What `System` stands for; null where this system has none and no file is named.
std::shared_ptr<const tls::TrustBundle> SystemTrustOrNull(const std::string& system_ca);

std::vector<std::shared_ptr<const BackendTls>> ToBackends(const py::iterable& items);
std::vector<std::shared_ptr<const PolicyResult>> ToPolicies(const py::iterable& items);
std::vector<std::shared_ptr<const RoutedGateway>> ToGateways(const py::iterable& items);

}  // namespace python
}  // namespace gwpolicy

#endif  // GWPOLICY_PYTHON_BINDINGS_H_

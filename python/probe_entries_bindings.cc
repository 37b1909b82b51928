#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/report/probe_metrics.h"
#include "gwpolicy/report/probe_results.h"
#include "gwpolicy/report/rehearsal.h"
#include "gwpolicy/report/suggestion.h"
#include "gwpolicy/report/timeline.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {
namespace {

py::object Document(const PyProbeEntries& self, bool certificates, bool times) {
  report::ProbeDocumentOptions options;
  options.certificates = certificates;
  options.times = times;
  return ToPython(report::ProbeDocument(self.entries, options));
}

py::list Findings(const PyProbeEntries& self, const py::iterable& objects) {
  py::list out;
  for (const Finding& one : report::ProbeFindings(self.entries, ToVector<Object>(objects))) {
    out.append(one);
  }
  return out;
}

py::object Rehearse(const PyProbeEntries& self, const std::optional<py::bytes>& new_ca,
                    bool keep_old, const py::object& now, const py::object& then,
                    const std::string& mode) {
  report::Rotation rotation;
  if (new_ca.has_value()) {
    rotation.new_ca = tls::TrustBundle::ParseFile(std::string(*new_ca));
    if (!rotation.new_ca->usable()) {
      RaiseStatus(absl::InvalidArgumentError(
          absl::StrCat("the new CA bundle cannot be used: ", rotation.new_ca->error())));
    }
  }
  rotation.keep_old = keep_old;
  rotation.now = ToTime(now, "now");
  rotation.then = ToTime(then, "then");
  rotation.mode = ToMode(mode);
  rotation.system_trust = self.system_trust;
  Value document;
  {
    py::gil_scoped_release release;
    document = report::RehearsalDocument(self.entries, rotation);
  }
  return ToPython(document);
}

py::object Timeline(const PyProbeEntries& self, const py::iterable& backends, const py::object& now,
                    const py::object& soon) {
  const auto all = ToBackends(backends);
  report::TimelineInput input;
  input.backends = all;
  input.chains = self.entries;
  input.system_trust = self.system_trust;
  const report::Moment moment{ToTime(now, "now"), ToDuration(soon, "soon")};
  Value document;
  {
    py::gil_scoped_release release;
    document = report::TimelineDocument(input, moment);
  }
  return ToPython(document);
}

py::object Suggest(const PyProbeEntries& self, const std::string& host, const std::string& ns,
                   const std::string& service, const std::string& section,
                   const std::string& hostname, bool use_system, const py::object& now) {
  report::SuggestionRequest request;
  request.host = host;
  request.ns = ns;
  request.service = service;
  request.section = section;
  request.hostname = hostname;
  request.may_use_system = use_system;
  request.system_trust = self.system_trust;
  request.now = ToTime(now, "now");
  return ToPython(
      report::SuggestionDocument(report::SuggestPolicy(*self.entries.at(0).result, request)));
}

std::pair<PyProbeEntries, std::vector<std::string>> Recorded(const py::object& document,
                                                             const py::iterable& backends,
                                                             const std::string& system_ca) {
  report::RecordedProbe recorded =
      OrRaise(report::ReadProbeDocument(ToValue(document), ToBackends(backends)));
  return {PyProbeEntries{std::move(recorded.entries), SystemTrustOrNull(system_ca)},
          std::move(recorded.unknown)};
}

// The failures of all rounds of one run. Used by one thread.
class ProbeCounters {
 public:
  void Count(const PyProbeEntries& entries) { report::CountFailures(entries.entries, counts_); }
  std::string Metrics(const PyProbeEntries& entries) const {
    return report::ProbeMetrics(entries.entries, counts_);
  }

 private:
  report::FailureCounts counts_;
};

}  // namespace

void RegisterProbeEntries(py::module_& module) {
  py::class_<PyProbeEntries>(module, "ProbeEntries",
                             "Handshakes with the endpoints of backends, made or recorded.")
      .def(py::init([](const std::string& system_ca) {
             return PyProbeEntries{{}, SystemTrustOrNull(system_ca)};
           }),
           py::kw_only(), py::arg("system_ca") = "")
      .def("document", &Document, py::kw_only(), py::arg("certificates") = false,
           py::arg("times") = true)
      .def("findings", &Findings, py::arg("objects") = py::tuple())
      .def("junit",
           [](const PyProbeEntries& self) { return ToStr(report::ProbeJunitXml(self.entries)); })
      .def("rehearsal", &Rehearse, py::kw_only(), py::arg("new_ca") = py::none(),
           py::arg("keep_old") = false, py::arg("now") = py::none(), py::arg("then") = py::none(),
           py::arg("mode") = "envoy")
      .def("timeline", &Timeline, py::arg("backends"), py::kw_only(), py::arg("now") = py::none(),
           py::arg("soon") = 30 * 86400.0)
      .def("suggestion", &Suggest, py::kw_only(), py::arg("host"), py::arg("namespace") = "default",
           py::arg("service") = "", py::arg("section") = "", py::arg("hostname") = "",
           py::arg("use_system") = true, py::arg("now") = py::none())
      .def("__len__", [](const PyProbeEntries& self) { return self.entries.size(); });

  py::class_<ProbeCounters>(module, "ProbeCounters",
                            "Counts failures over rounds, for metrics. Not thread-safe.")
      .def(py::init<>())
      .def("count", &ProbeCounters::Count, py::arg("entries"))
      .def(
          "metrics",
          [](const ProbeCounters& self, const PyProbeEntries& entries) {
            return ToStr(self.Metrics(entries));
          },
          py::arg("entries"), "The text format of Prometheus.");

  module.def("recorded_probe", &Recorded, py::arg("document"), py::arg("backends"), py::kw_only(),
             py::arg("system_ca") = "",
             "The entries of a document that was made with certificates, and which of its backends "
             "are unknown.");
}

}  // namespace python
}  // namespace gwpolicy

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/probe/system_trust.h"
#include "gwpolicy/report/trust.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {

void RegisterTrust(py::module_& module) {
  py::class_<report::TrustSourceEntry>(module, "TrustSource",
                                       "A trust bundle and where it came from.")
      .def_static(
          "file",
          [](const std::string& source, const py::bytes& content) {
            report::TrustSourceEntry entry;
            entry.source = entry.path = source;
            entry.bundle = tls::TrustBundle::ParseFile(std::string(content));
            return entry;
          },
          py::arg("source"), py::arg("content"), "PEM as Envoy reads it, or DER.")
      .def_static(
          "object",
          [](const std::string& source, const std::string& path, int line, const py::bytes& content,
             const std::string& profile) {
            const Profile* known = FindProfile(profile);
            if (known == nullptr) {
              RaiseStatus(
                  absl::InvalidArgumentError(absl::StrCat("there is no profile '", profile, "'")));
            }
            report::TrustSourceEntry entry;
            entry.source = source;
            entry.path = path;
            entry.line = line;
            entry.bundle = tls::TrustBundle::Parse(std::string(content), known->pem_reader.value);
            return entry;
          },
          py::arg("source"), py::kw_only(), py::arg("path"), py::arg("line"), py::arg("content"),
          py::arg("profile"), "PEM as the controller of a profile reads it.")
      .def_static(
          "missing",
          [](const std::string& source, const std::string& code, const std::string& message) {
            const std::optional<Code> known = CodeByName(code);
            if (!known.has_value()) {
              RaiseStatus(absl::InvalidArgumentError(absl::StrCat("there is no code ", code)));
            }
            report::TrustSourceEntry entry;
            entry.source = source;
            entry.problems.push_back({*known, message, 0});
            return entry;
          },
          py::arg("source"), py::arg("code"), py::arg("message"))
      .def_static(
          "system",
          [](const std::string& file) {
            probe::SystemTrust trust = OrRaise(probe::LoadSystemTrust({file, ""}));
            report::TrustSourceEntry entry;
            entry.source = "system";
            entry.path = trust.path;
            entry.bundle = std::move(trust.bundle);
            for (const std::string& one : trust.skipped) {
              entry.problems.push_back(
                  {Code::kTrustBlockSkipped, absl::StrCat("A file is skipped: ", one), 0});
            }
            return entry;
          },
          py::arg("file") = "", "What `System` stands for.");

  module.def(
      "trust_document",
      [](const std::vector<report::TrustSourceEntry>& sources, const py::object& now,
         const py::object& soon) {
        return ToPython(report::TrustDocument(
            sources, report::Moment{ToTime(now, "now"), ToDuration(soon, "soon")}));
      },
      py::arg("sources"), py::kw_only(), py::arg("now") = py::none(),
      py::arg("soon") = 30 * 86400.0);
}

}  // namespace python
}  // namespace gwpolicy

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/manifest/text_writer.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/report/findings.h"
#include "gwpolicy/report/formats.h"
#include "gwpolicy/report/status.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {

void RegisterReport(py::module_& module) {
  module.def(
      "sorted_findings",
      [](const py::iterable& findings) {
        return report::SortedUnique(ToVector<Finding>(findings));
      },
      py::arg("findings"), "In the order of the files, each finding once.");
  module.def(
      "backends_document",
      [](const py::iterable& backends) {
        return ToPython(report::BackendsDocument(ToBackends(backends)));
      },
      py::arg("backends"));
  module.def(
      "status_document",
      [](const py::iterable& policies) {
        return ToPython(report::StatusDocument(ToPolicies(policies)));
      },
      py::arg("policies"));
  module.def(
      "status_patches_document",
      [](const py::iterable& policies) {
        return ToPython(report::StatusPatchesDocument(ToPolicies(policies)));
      },
      py::arg("policies"));
  module.def(
      "findings_formats",
      [] {
        py::list out;
        for (const report::FindingsFormat& format : report::AllFindingsFormats()) {
          out.append(py::make_tuple(ToStr(format.name), ToStr(format.doc)));
        }
        return out;
      },
      "(name, doc) of the formats of format_findings.");
  module.def(
      "findings_summary",
      [](const py::iterable& findings, size_t objects, size_t files) {
        return ToPython(report::FindingsSummary(ToVector<Finding>(findings), {objects, files}));
      },
      py::arg("findings"), py::kw_only(), py::arg("objects"), py::arg("files"),
      "The `summary` of the JSON of `gwpolicy check`.");
  module.def(
      "findings_text",
      [](const std::string& form, const py::iterable& findings, size_t objects, size_t files,
         const std::string& version) {
        const bool is_yaml = form == "yaml";
        const report::FindingsFormat* format = report::FindFindingsFormat(form);
        if (format == nullptr && !is_yaml && form != "json") {
          RaiseStatus(absl::InvalidArgumentError(absl::StrCat("there is no format '", form, "'")));
        }
        const std::vector<Finding> all = ToVector<Finding>(findings);
        std::string text;
        {
          py::gil_scoped_release release;
          if (format != nullptr && format->text != nullptr) {
            text = format->text(all);
          } else {
            const Value document = format != nullptr
                                       ? format->document(all, version)
                                       : report::FindingsDocument(all, {objects, files});
            text = is_yaml ? manifest::ToYaml(document) : manifest::ToJson(document, 2);
          }
        }
        return ToStr(text);
      },
      py::arg("form"), py::arg("findings"), py::kw_only(), py::arg("objects"), py::arg("files"),
      py::arg("version"), "As `gwpolicy check -o` writes them: json, yaml, or a findings format.");
}

}  // namespace python
}  // namespace gwpolicy

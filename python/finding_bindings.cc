#include <pybind11/operators.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/report/findings.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {
namespace {

Code ToCode(const std::string& name) {
  const std::optional<Code> code = CodeByName(name);
  if (!code.has_value()) {
    RaiseStatus(absl::InvalidArgumentError(absl::StrCat("there is no code '", name, "'")));
  }
  return *code;
}

Level ToLevel(const std::string& name) {
  for (Level level : {Level::kError, Level::kWarning, Level::kInfo}) {
    if (LevelName(level) == name) return level;
  }
  RaiseStatus(absl::InvalidArgumentError(
      absl::StrCat("'", name, "' is no level; use error, warning or info")));
}

Finding MakeFinding(const std::string& code, std::string message,
                    const std::optional<std::string>& level,
                    const std::optional<std::string>& remedy, ObjectRef object,
                    std::string field_path, std::string file, int line, int column) {
  const CodeInfo& info = InfoOf(ToCode(code));
  Finding finding;
  finding.code = info.code;
  finding.level = level.has_value() ? ToLevel(*level) : info.level;
  finding.message = std::move(message);
  finding.remedy = remedy.has_value() ? *remedy : std::string(info.remedy);
  finding.object = std::move(object);
  finding.field_path = std::move(field_path);
  finding.file = std::move(file);
  finding.line = line;
  finding.column = column;
  return finding;
}

py::str Repr(const py::object& self, std::initializer_list<const char*> attributes) {
  std::string out = absl::StrCat(self.attr("__class__").attr("__name__").cast<std::string>(), "(");
  absl::string_view separator = "";
  for (const char* name : attributes) {
    absl::StrAppend(&out, separator, name, "=", py::repr(self.attr(name)).cast<std::string>());
    separator = ", ";
  }
  return py::str(absl::StrCat(out, ")"));
}

}  // namespace

void RegisterFindings(py::module_& module) {
  py::class_<ObjectRef>(module, "ObjectRef", "Names one object as a manifest does. Immutable.")
      .def(
          py::init([](std::string api_version, std::string kind, std::string ns, std::string name) {
            return ObjectRef{std::move(api_version), std::move(kind), std::move(ns),
                             std::move(name)};
          }),
          py::kw_only(), py::arg("api_version") = "", py::arg("kind") = "",
          py::arg("namespace") = "", py::arg("name") = "")
      .def_property_readonly("api_version", [](const ObjectRef& r) { return ToStr(r.api_version); })
      .def_property_readonly("kind", [](const ObjectRef& r) { return ToStr(r.kind); })
      .def_property_readonly("namespace", [](const ObjectRef& r) { return ToStr(r.ns); })
      .def_property_readonly("name", [](const ObjectRef& r) { return ToStr(r.name); })
      .def(py::self == py::self)
      .def("__hash__",
           [](const ObjectRef& r) { return absl::HashOf(r.api_version, r.kind, r.ns, r.name); })
      .def("__str__",
           [](const ObjectRef& r) {
             return ToStr(r.kind.empty()
                              ? ""
                              : absl::StrCat(r.kind, " ", r.ns.empty() ? "" : r.ns + "/", r.name));
           })
      .def("__repr__", [](const py::object& self) {
        return Repr(self, {"api_version", "kind", "namespace", "name"});
      });

  py::class_<Finding>(module, "Finding",
                      "One thing that is wrong with, or worth knowing about, the input. Immutable.")
      .def(py::init(&MakeFinding), py::kw_only(), py::arg("code"), py::arg("message"),
           py::arg("level") = py::none(), py::arg("remedy") = py::none(),
           py::arg("object") = ObjectRef(), py::arg("field_path") = "", py::arg("file") = "",
           py::arg("line") = 0, py::arg("column") = 0)
      .def_property_readonly(
          "code", [](const Finding& f) { return ToStr(NameOf(f.code)); },
          "A stable word, 'Area/Name'; see gwpolicy.codes.")
      .def_property_readonly(
          "level", [](const Finding& f) { return ToStr(LevelName(f.level)); },
          "'error', 'warning' or 'info'.")
      .def_property_readonly("message", [](const Finding& f) { return ToStr(f.message); })
      .def_property_readonly("remedy", [](const Finding& f) { return ToStr(f.remedy); })
      .def_property_readonly(
          "object", [](const Finding& f) { return f.object; },
          "What it is about; all parts are empty where that is no object.")
      .def_property_readonly(
          "field_path", [](const Finding& f) { return ToStr(f.field_path); },
          "'spec.targetRefs[0].name'; '' for the whole object.")
      .def_property_readonly(
          "file", [](const Finding& f) { return ToStr(f.file); },
          "As it was named, '-' for standard input, '' where there is none.")
      .def_property_readonly(
          "line", [](const Finding& f) { return f.line; }, "From 1; 0 is unknown.")
      .def_property_readonly(
          "column", [](const Finding& f) { return f.column; }, "From 1; 0 is unknown.")
      .def(
          "to_dict", [](const Finding& f) { return ToPython(report::FindingValue(f)); },
          "As in the JSON of `gwpolicy check`.")
      .def(py::self == py::self)
      .def(py::self < py::self)
      .def("__hash__",
           [](const Finding& f) {
             return absl::HashOf(f.code, f.message, f.object.name, f.field_path, f.file, f.line);
           })
      .def("__repr__", [](const py::object& self) {
        return Repr(self, {"code", "message", "level", "remedy", "object", "field_path", "file",
                           "line", "column"});
      });

  module.def(
      "all_codes",
      [] {
        py::list out;
        for (const CodeInfo& info : AllCodes()) {
          out.append(py::make_tuple(ToStr(info.name), ToStr(LevelName(info.level)),
                                    ToStr(info.cause), ToStr(info.remedy)));
        }
        return out;
      },
      "(name, level, cause, remedy) of every code, sorted by name.");
}

}  // namespace python
}  // namespace gwpolicy

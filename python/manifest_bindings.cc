#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/cluster/duplicates.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/manifest/text_writer.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {
namespace {

struct PyLoadResult {
  std::vector<Object> objects;
  std::vector<Finding> findings;
  size_t files = 0;
};

manifest::ReadOptions InNamespace(const std::string& ns) {
  manifest::ReadOptions options;
  options.default_namespace = ns;
  return options;
}

PyLoadResult Finish(manifest::LoadResult loaded) {
  PyLoadResult result;
  std::set<absl::string_view> files;
  for (const Object& object : loaded.objects) {
    if (object.source() != nullptr) files.insert(object.source()->file());
  }
  for (const Finding& finding : loaded.findings) {
    if (finding.code != Code::kReadNotFound) files.insert(finding.file);
  }
  result.objects = std::move(loaded.objects);
  result.findings = std::move(loaded.findings);
  result.files = files.size();
  return result;
}

}  // namespace

void RegisterManifest(py::module_& module) {
  // Here and not with the rest of Object, since it takes the way through a text.
  py::object object_class = module.attr("Object");
  object_class.attr("from_dict") = py::staticmethod(py::cpp_function(
      [](const py::object& fields) {
        manifest::LoadResult loaded =
            manifest::ReadText(manifest::ToJson(ToValue(fields)), "object.json");
        for (const Finding& finding : loaded.findings) {
          if (finding.level == Level::kError) {
            RaiseStatus(absl::InvalidArgumentError(absl::StrCat(
                finding.field_path, finding.field_path.empty() ? "" : ": ", finding.message)));
          }
        }
        if (loaded.objects.size() != 1) {
          RaiseStatus(absl::InvalidArgumentError("not one Kubernetes object"));
        }
        return Object(loaded.objects.front());
      },
      py::name("from_dict"), py::scope(object_class), py::arg("fields"),
      "An object from what to_dict() gives; InvalidArgumentError where its schema refuses it."));

  py::class_<PyLoadResult>(module, "LoadResult")
      .def_property_readonly("objects", [](const PyLoadResult& r) { return r.objects; })
      .def_property_readonly("findings", [](const PyLoadResult& r) { return r.findings; })
      .def_property_readonly("files", [](const PyLoadResult& r) { return r.files; });

  module.def(
      "load_paths",
      [](const std::vector<std::string>& paths, const std::string& ns) {
        py::gil_scoped_release release;
        return Finish(manifest::ReadPaths(paths, InNamespace(ns)));
      },
      py::arg("paths"), py::kw_only(), py::arg("namespace") = "default",
      "Reads files, folders and globs, several at once.");
  module.def(
      "load_text",
      [](const py::bytes& text, const std::string& file, const std::string& ns) {
        // The bytes are immutable and held by the caller's reference.
        const auto view = static_cast<std::string_view>(text);
        py::gil_scoped_release release;
        return Finish(
            manifest::ReadText(absl::string_view(view.data(), view.size()), file, InNamespace(ns)));
      },
      py::arg("text"), py::kw_only(), py::arg("file") = "", py::arg("namespace") = "default",
      "Reads a text of one or more documents.");
  module.def(
      "duplicate_findings",
      [](const py::iterable& objects) { return FindDuplicates(ToVector<Object>(objects)); },
      py::arg("objects"), "A finding for each object that an earlier one has the key of.");
  module.def(
      "to_json",
      [](const py::object& document) { return ToStr(manifest::ToJson(ToValue(document), 2)); },
      py::arg("document"));
  module.def(
      "to_yaml",
      [](const py::object& document) { return ToStr(manifest::ToYaml(ToValue(document))); },
      py::arg("document"));
}

}  // namespace python
}  // namespace gwpolicy

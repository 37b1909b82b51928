#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/validate/definitions.h"
#include "gwpolicy/validate/validate.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {
namespace {

Channel ToChannel(const std::string& name) {
  if (name == "standard") return Channel::kStandard;
  if (name == "experimental") return Channel::kExperimental;
  RaiseStatus(absl::InvalidArgumentError(
      absl::StrCat("'", name, "' is no channel; use standard or experimental")));
}

}  // namespace

void RegisterValidate(py::module_& module) {
  module.def(
      "validate",
      [](const py::iterable& objects, const std::string& channel) {
        const std::vector<Object> all = ToVector<Object>(objects);
        ValidateOptions options;
        options.channel = ToChannel(channel);
        const Definitions definitions(all);
        options.definitions = &definitions;
        std::vector<Finding> findings;
        {
          py::gil_scoped_release release;
          for (const Object& object : all) {
            for (Finding& one : Validate(object, options)) findings.push_back(std::move(one));
          }
        }
        return findings;
      },
      py::arg("objects"), py::kw_only(), py::arg("channel") = "standard",
      "What the API server would refuse, object by object.");
}

}  // namespace python
}  // namespace gwpolicy

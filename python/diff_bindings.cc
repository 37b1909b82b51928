#include <pybind11/pybind11.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/report/diff.h"
#include "gwpolicy/report/diff_rules.h"
#include "gwpolicy/resolve/values.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {
namespace {

using report::BackendChange;
using report::Effect;
using report::PostureDiff;

// Shares the whole diff, so that a change outlives the list that it came from.
struct PyChange {
  std::shared_ptr<const PostureDiff> diff;
  const BackendChange* change;
};

struct PyDiff {
  std::shared_ptr<const PostureDiff> diff;
};

py::object BackendOrNone(const std::shared_ptr<const BackendTls>& backend) {
  if (backend == nullptr) return py::none();
  return py::cast(PyBackend{backend});
}

py::list Changes(const PyDiff& self) {
  py::list out;
  for (const BackendChange& one : self.diff->changes) out.append(PyChange{self.diff, &one});
  return out;
}

py::list Loosened(const PyDiff& self) {
  py::list out;
  for (const BackendChange& one : self.diff->changes) {
    if (one.effect == Effect::kLoosened) out.append(PyChange{self.diff, &one});
  }
  return out;
}

py::list FindingsList(const std::vector<Finding>& findings) {
  py::list out;
  for (const Finding& one : findings) out.append(one);
  return out;
}

py::object Member(const Value& document, const char* name) {
  return ToPython(*document.Find(name));
}

PyDiff Compare(const py::iterable& before, const py::iterable& after,
               const py::iterable& before_findings, const py::iterable& after_findings) {
  const auto old_results = ToBackends(before);
  const auto new_results = ToBackends(after);
  const auto old_findings = ToVector<Finding>(before_findings);
  const auto new_findings = ToVector<Finding>(after_findings);
  py::gil_scoped_release release;
  auto diff = std::make_shared<PostureDiff>(report::Diff(old_results, new_results));
  diff->new_findings = report::FindingsBeyond(old_findings, new_findings);
  diff->gone_findings = report::FindingsBeyond(new_findings, old_findings);
  return PyDiff{std::move(diff)};
}

void RegisterChange(py::module_& module) {
  py::class_<PyChange>(module, "BackendChange",
                       "One backend port through one Gateway that is not the same. Immutable.")
      .def_property_readonly(
          "gateway",
          [](const PyChange& c) -> py::object {
            const GatewayId& id = *c.change->any().gateway;
            if (id.empty()) return py::none();
            return py::cast(id);
          },
          "None where no route reaches the backend.")
      .def_property_readonly("backend",
                             [](const PyChange& c) { return c.change->any().port->backend; })
      .def_property_readonly(
          "effect", [](const PyChange& c) { return ToStr(report::EffectName(c.change->effect)); },
          "'loosened', 'tightened' or 'neutral'.")
      .def_property_readonly(
          "mixed", [](const PyChange& c) { return c.change->mixed; },
          "Whether something is tightened beside what is loosened.")
      .def_property_readonly(
          "availability",
          [](const PyChange& c) { return ToStr(report::AvailabilityName(c.change->availability)); },
          "'unchanged', 'gained' or 'lost': whether requests are sent at all.")
      .def_property_readonly(
          "reasons",
          [](const PyChange& c) {
            py::list out;
            for (report::Rule rule : c.change->rules) {
              out.append(ToStr(report::InfoOf(rule).reason));
            }
            return out;
          },
          "Sentences: what loosens, then what tightens, then the rest.")
      .def_property_readonly(
          "before", [](const PyChange& c) { return BackendOrNone(c.change->before); },
          "None where it appeared.")
      .def_property_readonly(
          "after", [](const PyChange& c) { return BackendOrNone(c.change->after); },
          "None where it disappeared.")
      .def_property_readonly(
          "fields",
          [](const PyChange& c) { return Member(report::ChangeValue(*c.change), "fields"); },
          "As in `gwpolicy diff -o json`.")
      .def(
          "to_dict", [](const PyChange& c) { return ToPython(report::ChangeValue(*c.change)); },
          "An entry of `changes` of `gwpolicy diff -o json`.")
      .def("__repr__", [](const PyChange& c) {
        return ToStr(absl::StrCat("<BackendChange ",
                                  report::BackendText(c.change->any().port->backend), " via ",
                                  report::GatewayText(*c.change->any().gateway), ": ",
                                  report::EffectName(c.change->effect), ">"));
      });
}

}  // namespace

void RegisterDiff(py::module_& module) {
  RegisterChange(module);

  py::class_<PyDiff>(module, "PostureDiff",
                     "What changes in the protection of backends, and which findings come and go. "
                     "True when anything changes. Immutable.")
      .def_property_readonly("changes", &Changes, "Sorted by backend and Gateway.")
      .def_property_readonly("loosened", &Loosened, "Those of the changes that loosen.")
      .def_property_readonly(
          "new_findings", [](const PyDiff& d) { return FindingsList(d.diff->new_findings); },
          "Of the new side alone, wherever they stand.")
      .def_property_readonly(
          "gone_findings", [](const PyDiff& d) { return FindingsList(d.diff->gone_findings); },
          "Of the old side alone.")
      .def_property_readonly(
          "summary", [](const PyDiff& d) { return ToPython(report::DiffSummary(*d.diff)); },
          "How many are loosened, tightened, neutral and unchanged, and how many findings differ.")
      .def(
          "findings",
          [](const PyDiff& d, const py::iterable& objects) {
            const std::vector<Object> all = ToVector<Object>(objects);
            std::vector<Finding> found;
            {
              py::gil_scoped_release release;
              found = report::DiffFindings(*d.diff, all);
            }
            return FindingsList(found);
          },
          py::arg("objects") = py::tuple(),
          "Posture/Loosened for each change that loosens, placed in `objects` (the new ones), and "
          "the new findings.")
      .def(
          "to_dict", [](const PyDiff& d) { return ToPython(report::DiffDocument(*d.diff)); },
          "The document of `gwpolicy diff -o json`.")
      .def("__bool__",
           [](const PyDiff& d) {
             return !d.diff->changes.empty() || !d.diff->new_findings.empty() ||
                    !d.diff->gone_findings.empty();
           })
      .def("__repr__", [](const PyDiff& d) {
        return ToStr(absl::StrCat("<PostureDiff: ", d.diff->Count(Effect::kLoosened), " loosened, ",
                                  d.diff->Count(Effect::kTightened), " tightened, ",
                                  d.diff->Count(Effect::kNeutral), " neutral>"));
      });

  module.def("diff", &Compare, py::arg("before"), py::arg("after"), py::kw_only(),
             py::arg("before_findings") = py::tuple(), py::arg("after_findings") = py::tuple(),
             "Compares two lists of results, each as Engine.backends() gives it.");
  module.def(
      "diff_rules",
      [] {
        py::list out;
        for (const report::RuleInfo& info : report::AllRules()) {
          out.append(py::make_tuple(ToStr(info.field), ToStr(info.change),
                                    ToStr(report::EffectName(info.effect)), ToStr(info.reason)));
        }
        return out;
      },
      "(field, change, effect, reason) of every rule by which a diff judges.");
}

}  // namespace python
}  // namespace gwpolicy

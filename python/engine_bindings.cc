#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/report/explain.h"
#include "gwpolicy/report/explain_dot.h"
#include "gwpolicy/report/story.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/profile.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {
namespace {

// An engine that threads may share: each call has it for itself. Waits without the GIL, and nothing
// of Python is touched while it is held.
class PyEngine {
 public:
  explicit PyEngine(Engine engine) : engine_(std::move(engine)) {}

  template <typename Function>
  auto With(Function function) {
    py::gil_scoped_release release;
    std::lock_guard<std::mutex> lock(mutex_);
    return function(engine_);
  }

 private:
  std::mutex mutex_;
  Engine engine_;
};

std::unique_ptr<PyEngine> MakeEngine(const std::optional<std::string>& profile,
                                     const std::string& default_profile, const py::object& now,
                                     const std::optional<py::object>& expires_soon) {
  EngineOptions options;
  options.profile_override = profile.value_or("");
  options.default_profile = default_profile;
  options.now = ToTime(now, "now");
  if (expires_soon.has_value() && !expires_soon->is_none()) {
    options.expires_soon = ToDuration(*expires_soon, "expires_soon");
  }
  return std::make_unique<PyEngine>(OrRaise(Engine::Create(std::move(options))));
}

void Apply(PyEngine& engine, const py::object& what) {
  std::vector<Object> objects;
  if (py::isinstance<Object>(what)) {
    objects.push_back(what.cast<Object>());
  } else {
    objects = ToVector<Object>(what.cast<py::iterable>());
  }
  OrRaise(engine.With([&objects](Engine& e) {
    for (Object& object : objects) {
      if (absl::Status status = e.Apply(std::move(object)); !status.ok()) return status;
    }
    return absl::OkStatus();
  }));
}

void Delete(PyEngine& engine, const py::object& what) {
  ObjectKey key;
  if (py::isinstance<Object>(what)) {
    key = what.cast<const Object&>().key();
  } else if (py::isinstance<ObjectKey>(what)) {
    key = what.cast<ObjectKey>();
  } else {
    throw py::type_error("delete() takes an Object or an ObjectKey");
  }
  OrRaise(engine.With([&key](Engine& e) { return e.Delete(key); }));
}

struct PyStory {
  report::Story story;
};

void RegisterStory(py::module_& module) {
  py::class_<PyStory>(module, "Story",
                      "Why a backend has its TLS, or what a policy comes to. Immutable.")
      .def_property_readonly(
          "policy",
          [](const PyStory& s) -> std::optional<PyPolicy> {
            if (s.story.policy == nullptr) return std::nullopt;
            return PyPolicy{s.story.policy};
          },
          "None where the story is that of a backend.")
      .def_property_readonly(
          "backends",
          [](const PyStory& s) {
            py::list out;
            for (const auto& one : s.story.backends) out.append(PyBackend{one});
            return out;
          },
          "Those that it is about; of a policy, those that it aims at.")
      .def(
          "text",
          [](const PyStory& s, size_t columns) {
            return ToStr(report::ExplainText(s.story, columns));
          },
          py::arg("columns") = 80, "As a person would tell it, in lines of so many columns.")
      .def(
          "dot", [](const PyStory& s) { return ToStr(report::ExplainDot(s.story)); },
          "A drawing for Graphviz.")
      .def(
          "to_dict", [](const PyStory& s) { return ToPython(report::ExplainDocument(s.story)); },
          "The document of `gwpolicy explain -o json`.");
}

template <typename Py, typename Result>
py::list Shared(const std::vector<std::shared_ptr<const Result>>& results) {
  py::list out;
  for (const auto& one : results) out.append(py::cast(Py{one}));
  return out;
}

}  // namespace

void RegisterEngine(py::module_& module) {
  RegisterStory(module);

  py::class_<PyEngine>(module, "Engine",
                       "Resolves which TLS a Gateway speaks to each backend, and keeps the answer "
                       "while objects come and go. The answer depends on the objects that exist, "
                       "never on the order in which they came. Threads may share it; each call "
                       "has it for itself.")
      .def(py::init(&MakeEngine), py::kw_only(), py::arg("profile") = py::none(),
           py::arg("default_profile") = EngineOptions().default_profile,
           py::arg("now") = py::none(), py::arg("expires_soon") = py::none(),
           "profile: of every Gateway, whatever its class says. default_profile: of Gateways whose "
           "class names no known controller, and of backends that no Gateway reaches unless the "
           "GatewayClasses are of other controllers alone. now: RFC 3339 text or datetime, by "
           "which certificates are judged; None is the present. expires_soon: seconds or "
           "timedelta.")
      .def("apply", &Apply, py::arg("objects"),
           "Adds an object, or several, or replaces those of the same key.")
      .def("delete", &Delete, py::arg("object"),
           "Takes an Object or its key; NotFoundError where there is none.")
      .def(
          "set_time",
          [](PyEngine& engine, const py::object& now) {
            const absl::Time time = ToTime(now, "now");
            engine.With([time](Engine& e) { e.SetTime(time); });
          },
          py::arg("now") = py::none(), "Moves the clock by which certificates are judged.")
      .def(
          "resolve",
          [](PyEngine& engine) { return engine.With([](Engine& e) { return e.Resolve(); }); },
          "Brings all results up to date and says what changed. Costs what is touched.")
      .def(
          "find",
          [](PyEngine& engine, const std::optional<GatewayId>& gateway,
             const BackendPortId& backend) -> std::optional<PyBackend> {
            std::shared_ptr<const BackendTls> found = engine.With(
                [&](Engine& e) { return e.Find(gateway.value_or(GatewayId()), backend); });
            if (found == nullptr) return std::nullopt;
            return PyBackend{std::move(found)};
          },
          py::arg("gateway"), py::arg("backend"),
          "None where the Gateway does not reach the backend.")
      .def(
          "route",
          [](PyEngine& engine, const GatewayId& gateway) -> std::optional<PyGateway> {
            std::shared_ptr<const RoutedGateway> found =
                engine.With([&](Engine& e) { return e.Route(gateway); });
            if (found == nullptr) return std::nullopt;
            return PyGateway{std::move(found)};
          },
          py::arg("gateway"), "Where the Gateway sends requests; None where there is none.")
      .def(
          "backends",
          [](PyEngine& engine) {
            return Shared<PyBackend>(engine.With([](Engine& e) { return e.Backends(); }));
          },
          "All results as of the last resolve(), sorted by backend and Gateway.")
      .def(
          "gateways",
          [](PyEngine& engine) {
            return Shared<PyGateway>(engine.With([](Engine& e) { return e.Gateways(); }));
          },
          "All Gateways with their routes, sorted.")
      .def(
          "policies",
          [](PyEngine& engine) {
            return Shared<PyPolicy>(engine.With([](Engine& e) { return e.Policies(); }));
          },
          "All policies with the status that their controller would write, sorted.")
      .def(
          "explain",
          [](PyEngine& engine, const std::string& subject, const std::string& ns) {
            const report::Subject asked = OrRaise(report::ParseSubject(subject, ns));
            return PyStory{
                OrRaise(engine.With([&asked](Engine& e) { return report::FindStory(asked, e); }))};
          },
          py::arg("subject"), py::kw_only(), py::arg("namespace") = "",
          "The story of KIND/NAME or KIND/NAME:PORT, a backend or a policy. InvalidArgumentError "
          "for "
          "another form, NotFoundError with the nearest names where nothing is called so.")
      .def(
          "findings",
          [](PyEngine& engine) { return engine.With([](Engine& e) { return e.Findings(); }); },
          "What is wrong with the objects beyond what each one alone shows.");

  module.def(
      "all_profiles",
      [] {
        py::list out;
        for (const Profile* profile : AllProfiles()) {
          out.append(py::make_tuple(ToStr(profile->name), ToStr(profile->doc)));
        }
        return out;
      },
      "(name, doc) of every profile, in alphabetical order.");
}

}  // namespace python
}  // namespace gwpolicy

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/profile.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {
namespace {

Engine MakeEngine(const std::optional<std::string>& profile, const std::string& default_profile,
                  const py::object& now, const std::optional<py::object>& expires_soon) {
  EngineOptions options;
  options.profile_override = profile.value_or("");
  options.default_profile = default_profile;
  options.now = ToTime(now, "now");
  if (expires_soon.has_value() && !expires_soon->is_none()) {
    options.expires_soon = ToDuration(*expires_soon, "expires_soon");
  }
  return OrRaise(Engine::Create(std::move(options)));
}

void Apply(Engine& engine, const py::object& what) {
  if (py::isinstance<Object>(what)) {
    OrRaise(engine.Apply(what.cast<Object>()));
    return;
  }
  for (const Object& object : ToVector<Object>(what.cast<py::iterable>())) {
    OrRaise(engine.Apply(object));
  }
}

void Delete(Engine& engine, const py::object& what) {
  if (py::isinstance<Object>(what)) {
    OrRaise(engine.Delete(what.cast<const Object&>().key()));
  } else if (py::isinstance<ObjectKey>(what)) {
    OrRaise(engine.Delete(what.cast<const ObjectKey&>()));
  } else {
    throw py::type_error("delete() takes an Object or an ObjectKey");
  }
}

template <typename Py, typename Result>
py::list Shared(const std::vector<std::shared_ptr<const Result>>& results) {
  py::list out;
  for (const auto& one : results) out.append(py::cast(Py{one}));
  return out;
}

}  // namespace

void RegisterEngine(py::module_& module) {
  py::class_<Engine>(module, "Engine",
                     "Resolves which TLS a Gateway speaks to each backend, and keeps the answer "
                     "while objects come and go. The answer depends on the objects that exist, "
                     "never on the order in which they came. One thread at a time.")
      .def(py::init(&MakeEngine), py::kw_only(), py::arg("profile") = py::none(),
           py::arg("default_profile") = EngineOptions().default_profile,
           py::arg("now") = py::none(), py::arg("expires_soon") = py::none(),
           "profile: of every Gateway, whatever its class says. default_profile: of Gateways whose "
           "class names no known controller. now: RFC 3339 text or datetime, by which certificates "
           "are judged; None is the present. expires_soon: seconds or timedelta.")
      .def("apply", &Apply, py::arg("objects"),
           "Adds an object, or several, or replaces those of the same key.")
      .def("delete", &Delete, py::arg("object"),
           "Takes an Object or its key; NotFoundError where there is none.")
      .def(
          "set_time",
          [](Engine& engine, const py::object& now) { engine.SetTime(ToTime(now, "now")); },
          py::arg("now") = py::none(), "Moves the clock by which certificates are judged.")
      .def(
          "resolve",
          [](Engine& engine) {
            Changes changes;
            {
              py::gil_scoped_release release;
              changes = engine.Resolve();
            }
            return changes;
          },
          "Brings all results up to date and says what changed. Costs what is touched.")
      .def(
          "find",
          [](const Engine& engine, const std::optional<GatewayId>& gateway,
             const BackendPortId& backend) -> std::optional<PyBackend> {
            std::shared_ptr<const BackendTls> found =
                engine.Find(gateway.value_or(GatewayId()), backend);
            if (found == nullptr) return std::nullopt;
            return PyBackend{std::move(found)};
          },
          py::arg("gateway"), py::arg("backend"),
          "None where the Gateway does not reach the backend.")
      .def(
          "backends", [](const Engine& e) { return Shared<PyBackend>(e.Backends()); },
          "All results as of the last resolve(), sorted by backend and Gateway.")
      .def(
          "route",
          [](const Engine& engine, const GatewayId& gateway) -> std::optional<PyGateway> {
            std::shared_ptr<const RoutedGateway> found = engine.Route(gateway);
            if (found == nullptr) return std::nullopt;
            return PyGateway{std::move(found)};
          },
          py::arg("gateway"), "Where the Gateway sends requests; None where there is none.")
      .def("gateways", [](const Engine& e) { return Shared<PyGateway>(e.Gateways()); })
      .def("policies", [](const Engine& e) { return Shared<PyPolicy>(e.Policies()); })
      .def(
          "findings",
          [](const Engine& engine) {
            py::list out;
            for (Finding& finding : engine.Findings()) out.append(py::cast(std::move(finding)));
            return out;
          },
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

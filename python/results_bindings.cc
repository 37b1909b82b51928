#include <pybind11/operators.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/report/status.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/status_patch.h"
#include "gwpolicy/resolve/story.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/settings.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {
namespace {

py::object GatewayOrNone(const GatewayId& id) {
  if (id.empty()) return py::none();
  return py::cast(id);
}

py::list TextsOf(const std::vector<std::string>& texts) {
  py::list out;
  for (const std::string& text : texts) out.append(ToStr(text));
  return out;
}

py::list ChangedBackends(const std::vector<std::shared_ptr<const BackendTls>>& results) {
  py::list out;
  for (const auto& one : results) out.append(py::cast(PyBackend{one}));
  return out;
}

void RegisterIds(py::module_& module) {
  py::class_<GatewayId>(module, "GatewayId", "Names a Gateway. Immutable.")
      .def(py::init([](std::string ns, std::string name) {
             return GatewayId{std::move(ns), std::move(name)};
           }),
           py::kw_only(), py::arg("namespace"), py::arg("name"))
      .def_property_readonly("namespace", [](const GatewayId& g) { return ToStr(g.ns); })
      .def_property_readonly("name", [](const GatewayId& g) { return ToStr(g.name); })
      .def(py::self == py::self)
      .def(py::self < py::self)
      .def("__hash__", [](const GatewayId& g) { return absl::HashOf(g); })
      .def("__str__", [](const GatewayId& g) { return ToStr(report::GatewayText(g)); })
      .def("__repr__", [](const GatewayId& g) {
        return ToStr(absl::StrCat("GatewayId(namespace='", g.ns, "', name='", g.name, "')"));
      });

  py::class_<BackendPortId>(module, "BackendPort", "A Service or Backend and a port. Immutable.")
      .def(py::init(
               [](std::string ns, std::string name, int port, std::string kind, std::string group) {
                 return BackendPortId{std::move(group), std::move(kind), std::move(ns),
                                      std::move(name), port};
               }),
           py::kw_only(), py::arg("namespace"), py::arg("name"), py::arg("port"),
           py::arg("kind") = "Service", py::arg("group") = "")
      .def_property_readonly("group", [](const BackendPortId& b) { return ToStr(b.group); })
      .def_property_readonly("kind", [](const BackendPortId& b) { return ToStr(b.kind); })
      .def_property_readonly("namespace", [](const BackendPortId& b) { return ToStr(b.ns); })
      .def_property_readonly("name", [](const BackendPortId& b) { return ToStr(b.name); })
      .def_property_readonly(
          "port", [](const BackendPortId& b) { return b.port; },
          "0 where the hosts of a Backend differ in it.")
      .def(py::self == py::self)
      .def(py::self < py::self)
      .def("__hash__", [](const BackendPortId& b) { return absl::HashOf(b); })
      .def("__str__", [](const BackendPortId& b) { return ToStr(report::BackendText(b)); })
      .def("__repr__", [](const BackendPortId& b) {
        return ToStr(absl::StrCat("BackendPort(namespace='", b.ns, "', name='", b.name, "', port=",
                                  b.port, ", kind='", b.kind, "', group='", b.group, "')"));
      });
}

// What fails closed stays so; plaintext has nothing to pin.
PyBackend WithPins(const PyBackend& self, std::vector<std::string> certificate_hashes,
                   std::vector<std::string> spki_pins) {
  if (self.result->port->mode == TlsMode::kFailClosed) return self;
  if (self.result->port->tls == nullptr) {
    RaiseStatus(
        absl::InvalidArgumentError(absl::StrCat(report::BackendText(self.result->port->backend),
                                                " is spoken to in plaintext, without pins")));
  }
  auto tls = std::make_shared<tls::ClientTls>(*self.result->port->tls);
  tls->pins = tls::Pins{std::move(certificate_hashes), std::move(spki_pins)};
  for (const tls::Failure& refused : tls::RefusedSettings(*tls)) {
    if (refused.code == Code::kConfigPin) {
      RaiseStatus(absl::InvalidArgumentError(refused.message));
    }
  }
  auto result = std::make_shared<BackendTls>(*self.result);
  result->port.Modify([&tls](PortTls& port) { port.tls = std::move(tls); });
  return {std::move(result)};
}

}  // namespace

void RegisterResults(py::module_& module) {
  RegisterIds(module);

  py::class_<PyBackend>(module, "BackendTls",
                        "The effective TLS of one backend port through one Gateway. Immutable.")
      .def_property_readonly(
          "gateway", [](const PyBackend& b) { return GatewayOrNone(*b.result->gateway); },
          "None where no route reaches the backend.")
      .def_property_readonly("backend", [](const PyBackend& b) { return b.result->port->backend; })
      .def_property_readonly("port_name",
                             [](const PyBackend& b) { return ToStr(b.result->port->port_name); })
      .def_property_readonly("profile",
                             [](const PyBackend& b) { return ToStr(b.result->gateway->profile); })
      .def_property_readonly(
          "cluster_name", [](const PyBackend& b) { return ToStr(b.result->ClusterName()); },
          "The name that the controller gives to the Envoy cluster.")
      .def_property_readonly(
          "mode", [](const PyBackend& b) { return ToStr(TlsModeName(b.result->port->mode)); },
          "'TLS', 'Plaintext' or 'FailClosed'.")
      .def_property_readonly(
          "code",
          [](const PyBackend& b) {
            const bool closed = b.result->port->mode == TlsMode::kFailClosed;
            return ToStr(closed ? NameOf(b.result->port->failure->code) : absl::string_view());
          },
          "The code of what makes it fail closed; '' in other modes.")
      .def_property_readonly(
          "reason", [](const PyBackend& b) { return ToStr(b.result->port->failure->reason); },
          "Why it fails closed, one word; '' in other modes.")
      .def_property_readonly(
          "message", [](const PyBackend& b) { return ToStr(b.result->port->failure->message); })
      .def_property_readonly(
          "sni",
          [](const PyBackend& b) -> py::object {
            if (b.result->port->tls == nullptr) return py::none();
            return ToStr(b.result->port->tls->sni);
          },
          "The server name that is sent; None without TLS.")
      .def_property_readonly(
          "tls",
          [](const PyBackend& b) -> py::object {
            if (b.result->port->tls == nullptr) return py::none();
            return ToPython(report::ClientTlsValue(*b.result->port->tls));
          },
          "The `tls` of `gwpolicy resolve -o json`; None without TLS.")
      .def_property_readonly(
          "provenance",
          [](const PyBackend& b) { return ToPython(report::ProvenanceList(*b.result)); },
          "Where each field comes from, as in `gwpolicy resolve -o json`.")
      .def_property_readonly(
          "steps",
          [](const PyBackend& b) {
            py::list out;
            for (const Step& step : StepsOf(*b.result)) out.append(ToStr(step.text));
            return out;
          },
          "The story of this result, a sentence each.")
      .def_property_readonly(
          "posture",
          [](const PyBackend& b) {
            py::list out;
            const std::optional<Code> posture = b.result->port->Posture();
            if (posture.has_value()) out.append(ToStr(NameOf(*posture)));
            return out;
          },
          "Codes Posture/...; none for TLS with chain and name verified.")
      .def_property_readonly(
          "endpoints",
          [](const PyBackend& b) {
            py::list out;
            for (const Endpoint& e : b.result->port->Endpoints()) {
              out.append(py::make_tuple(ToStr(e.host), e.port));
            }
            return out;
          },
          "(host, port) of each.")
      .def("with_pins", &WithPins, py::kw_only(),
           py::arg("certificate_hashes") = std::vector<std::string>(),
           py::arg("spki_pins") = std::vector<std::string>(),
           "The same with these pins in place of its own, of which the server's certificate must "
           "fit one: SHA-256 of it in hexadecimal, or of its public key (SubjectPublicKeyInfo) in "
           "base64.")
      .def(
          "to_dict", [](const PyBackend& b) { return ToPython(report::BackendValue(*b.result)); },
          "An entry of `gwpolicy resolve -o json`.")
      .def(
          "__eq__", [](const PyBackend& a, const PyBackend& b) { return *a.result == *b.result; },
          py::is_operator())
      .def("__hash__",
           [](const PyBackend& b) {
             return absl::HashOf(*b.result->gateway, b.result->port->backend);
           })
      .def("__repr__", [](const PyBackend& b) {
        return ToStr(absl::StrCat("<BackendTls ", report::BackendText(b.result->port->backend),
                                  " via ", report::GatewayText(*b.result->gateway), ": ",
                                  TlsModeName(b.result->port->mode), ">"));
      });

  py::class_<PyPolicy>(module, "PolicyResult",
                       "A policy and the status that its controller would write. Immutable.")
      .def_property_readonly("policy", [](const PyPolicy& p) { return p.result->policy; })
      .def_property_readonly(
          "status",
          [](const PyPolicy& p) {
            const Value whole = report::PolicyValue(*p.result);
            return ToPython(*whole.Find("status"));
          },
          "The whole status, as in a manifest.")
      .def_property_readonly(
          "patch", [](const PyPolicy& p) { return ToPython(StatusPatch(*p.result)); },
          "The JSON merge patch for the status subresource; empty where nothing is to be written.")
      .def(
          "to_dict", [](const PyPolicy& p) { return ToPython(report::PolicyValue(*p.result)); },
          "The whole policy with its status.")
      .def("__repr__", [](const PyPolicy& p) {
        return ToStr(absl::StrCat("<PolicyResult ", p.result->policy.key().ToString(), ">"));
      });

  py::class_<PyGateway>(module, "RoutedGateway", "A Gateway with its routes. Immutable.")
      .def_property_readonly("id", [](const PyGateway& g) { return g.result->id; })
      .def_property_readonly("profile", [](const PyGateway& g) { return ToStr(g.result->profile); })
      .def_property_readonly(
          "listeners",
          [](const PyGateway& g) {
            py::list out;
            for (const RoutedListener& one : g.result->listeners) {
              py::dict listener;
              listener["name"] = ToStr(one.name);
              listener["port"] = one.port;
              listener["protocol"] = ToStr(one.protocol);
              std::vector<std::string> hosts;
              for (const RoutedHost& host : one.hosts) {
                hosts.push_back(host.hostname);
              }
              listener["hosts"] = TextsOf(hosts);
              out.append(listener);
            }
            return out;
          },
          "name, port, protocol and hosts of each listener.")
      .def("__repr__", [](const PyGateway& g) {
        return ToStr(absl::StrCat("<RoutedGateway ", report::GatewayText(g.result->id), ">"));
      });

  py::class_<Changes>(module, "Changes", "What one resolve() changed. Immutable.")
      .def_property_readonly(
          "backends", [](const Changes& c) { return ChangedBackends(c.backends); },
          "New ones and different ones.")
      .def_property_readonly(
          "removed",
          [](const Changes& c) {
            py::list out;
            for (const auto& [gateway, backend] : c.removed) {
              out.append(py::make_tuple(GatewayOrNone(gateway), backend));
            }
            return out;
          },
          "(gateway, backend) of those that are gone.")
      .def_property_readonly("statuses",
                             [](const Changes& c) {
                               py::list out;
                               for (const auto& one : c.statuses) out.append(PyPolicy{one});
                               return out;
                             })
      .def_property_readonly(
          "removed_statuses",
          [](const Changes& c) {
            py::list out;
            for (const ObjectKey& one : c.removed_statuses) out.append(one);
            return out;
          },
          "Keys of policies that are gone.")
      .def_property_readonly(
          "gateways",
          [](const Changes& c) {
            py::list out;
            for (const GatewayId& one : c.gateways) out.append(one);
            return out;
          },
          "Those whose routing may differ; see Engine.route.")
      .def_property_readonly(
          "backends_touched", [](const Changes& c) { return c.backends_touched; },
          "How many backends were looked at.")
      .def("__bool__", [](const Changes& c) { return !c.empty(); })
      .def("__repr__", [](const Changes& c) {
        return ToStr(absl::StrCat("<Changes: ", c.backends.size(), " backends, ", c.removed.size(),
                                  " removed, ", c.statuses.size(), " statuses, ", c.gateways.size(),
                                  " gateways>"));
      });
}

}  // namespace python
}  // namespace gwpolicy

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/probe/system_trust.h"
#include "gwpolicy/report/failures.h"
#include "gwpolicy/tls/peer_chain.h"
#include "gwpolicy/tls/settings.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_chain.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {
namespace {

tls::PeerName::Type ToNameType(const std::string& type) {
  if (type == "DNS") return tls::PeerName::Type::kDns;
  if (type == "URI") return tls::PeerName::Type::kUri;
  if (type == "IP") return tls::PeerName::Type::kIp;
  RaiseStatus(absl::InvalidArgumentError(
      absl::StrCat("'", type, "' is no type of name; use DNS, URI or IP")));
}

}  // namespace

void RegisterVerify(py::module_& module) {
  module.def(
      "verify_chain",
      [](const py::bytes& chain, const std::optional<py::bytes>& ca, const std::string& system_ca,
         const std::vector<std::pair<std::string, std::string>>& names,
         const std::vector<std::string>& certificate_hashes,
         const std::vector<std::string>& spki_pins, const py::object& at, const std::string& mode) {
        const std::vector<std::string> der = tls::ReadChain(std::string(chain));
        tls::ClientTls client;
        for (const auto& [type, value] : names) {
          client.names.accepted.push_back({ToNameType(type), value});
        }
        if (names.empty()) client.names = tls::PeerNames::Any();
        client.pins = tls::Pins{certificate_hashes, spki_pins};
        for (const tls::Failure& refused : tls::RefusedSettings(client)) {
          RaiseStatus(absl::InvalidArgumentError(refused.message));
        }
        const absl::Time time = ToTime(at, "at");
        const tls::VerifyMode verify_mode = ToMode(mode);
        client.trust.source = tls::TrustSource::kBundle;
        client.trust.bundle = ca.has_value()
                                  ? tls::TrustBundle::ParseFile(std::string(*ca))
                                  : OrRaise(probe::LoadSystemTrust({system_ca, ""})).bundle;
        Value document;
        {
          py::gil_scoped_release release;
          document = report::VerificationDocument(
              tls::VerifyPeer(der, client, /*system_trust=*/nullptr, time, verify_mode), der);
        }
        return ToPython(document);
      },
      py::arg("chain"), py::kw_only(), py::arg("ca") = py::none(), py::arg("system_ca") = "",
      py::arg("names") = std::vector<std::pair<std::string, std::string>>(),
      py::arg("certificate_hashes") = std::vector<std::string>(),
      py::arg("spki_pins") = std::vector<std::string>(), py::arg("at") = py::none(),
      py::arg("mode") = "envoy",
      "Verifies the chain of a file, PEM or DER, leaf first; without names, none is checked.");
}

}  // namespace python
}  // namespace gwpolicy

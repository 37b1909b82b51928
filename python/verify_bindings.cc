#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/probe/system_trust.h"
#include "gwpolicy/report/failures.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
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
      [](const std::vector<py::bytes>& chain, const std::optional<py::bytes>& ca,
         const std::string& system_ca,
         const std::vector<std::pair<std::string, std::string>>& names, const py::object& at,
         const std::string& mode) {
        std::vector<std::string> der;
        for (const py::bytes& one : chain) der.push_back(one);
        const std::optional<std::string> pem =
            ca.has_value() ? std::optional<std::string>(std::string(*ca)) : std::nullopt;
        tls::PeerNames peer_names;
        for (const auto& [type, value] : names) {
          peer_names.accepted.push_back({ToNameType(type), value});
        }
        if (names.empty()) peer_names = tls::PeerNames::Any();
        const absl::Time time = ToTime(at, "at");
        if (mode != "envoy" && mode != "strict") {
          RaiseStatus(absl::InvalidArgumentError(
              absl::StrCat("'", mode, "' is no mode; use envoy or strict")));
        }
        std::shared_ptr<const tls::TrustBundle> trust;
        if (pem.has_value()) {
          trust = tls::TrustBundle::Parse(*pem, tls::PemReader::kEnvoy);
        } else {
          trust = OrRaise(probe::LoadSystemTrust({system_ca, ""})).bundle;
        }
        Value document;
        {
          py::gil_scoped_release release;
          document = report::VerificationDocument(tls::VerifyChain(
              der, *trust, peer_names, time,
              mode == "strict" ? tls::VerifyMode::kStrict : tls::VerifyMode::kEnvoy));
        }
        return ToPython(document);
      },
      py::arg("chain"), py::kw_only(), py::arg("ca") = py::none(), py::arg("system_ca") = "",
      py::arg("names") = std::vector<std::pair<std::string, std::string>>(),
      py::arg("at") = py::none(), py::arg("mode") = "envoy",
      "Verifies a chain of DER, leaf first; without names, none is checked.");
}

}  // namespace python
}  // namespace gwpolicy

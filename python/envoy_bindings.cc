#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gwpolicy/envoy/bootstrap.h"
#include "gwpolicy/resolve/values.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {

void RegisterEnvoy(py::module_& module) {
  using Address = std::pair<std::string, int>;
  module.def(
      "envoy_bootstrap",
      [](const PyGateway& gateway, const py::iterable& backends,
         const std::map<std::string, Address>& listen,
         const std::map<std::string, std::vector<Address>>& endpoints,
         const std::optional<Address>& admin, const std::string& system_ca, bool access_log) {
        envoy::BootstrapOptions options;
        for (const auto& [name, address] : listen) {
          options.listen[name] = {address.first, address.second};
        }
        for (const auto& [name, addresses] : endpoints) {
          for (const Address& address : addresses) {
            options.endpoints[name].push_back({address.first, address.second});
          }
        }
        if (admin.has_value()) options.admin = Endpoint{admin->first, admin->second};
        if (!system_ca.empty()) options.system_ca_file = system_ca;
        options.access_log = access_log;
        const std::vector<std::shared_ptr<const BackendTls>> results = ToBackends(backends);
        absl::StatusOr<std::string> text;
        {
          py::gil_scoped_release release;
          text = envoy::StaticBootstrap(*gateway.result, results, options);
        }
        return ToStr(OrRaise(std::move(text)));
      },
      py::arg("gateway"), py::arg("backends"), py::kw_only(),
      py::arg("listen") = std::map<std::string, Address>(),
      py::arg("endpoints") = std::map<std::string, std::vector<Address>>(),
      py::arg("admin") = py::none(), py::arg("system_ca") = "", py::arg("access_log") = false,
      "A whole bootstrap as JSON.");
}

}  // namespace python
}  // namespace gwpolicy

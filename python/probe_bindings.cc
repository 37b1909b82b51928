#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gwpolicy/envoy/translate.h"
#include "gwpolicy/probe/prober.h"
#include "gwpolicy/probe/system_trust.h"
#include "gwpolicy/report/probe_results.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verify_chain.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {
namespace {

// (namespace, name, port) of a backend to the places that stand in for it.
using EndpointMap = std::map<std::tuple<std::string, std::string, int>, std::vector<Endpoint>>;
using EndpointArgument = std::tuple<std::string, std::string, int, std::string, int>;

tls::VerifyMode ToMode(const std::string& mode) {
  if (mode == "envoy") return tls::VerifyMode::kEnvoy;
  if (mode == "strict") return tls::VerifyMode::kStrict;
  RaiseStatus(
      absl::InvalidArgumentError(absl::StrCat("'", mode, "' is no mode; use envoy or strict")));
}

tls::PresentCertificate ToPresentCertificate(const std::string& to) {
  if (to == "verified") return tls::PresentCertificate::kVerified;
  if (to == "envoy") return tls::PresentCertificate::kAsEnvoy;
  RaiseStatus(absl::InvalidArgumentError(
      absl::StrCat("'", to, "' is no choice of present_certificate; use verified or envoy")));
}

probe::ProxyProtocol ToProbe(ProxyProtocol version) {
  switch (version) {
    case ProxyProtocol::kNone:
      return probe::ProxyProtocol::kNone;
    case ProxyProtocol::kV1:
      return probe::ProxyProtocol::kV1;
    case ProxyProtocol::kV2:
      return probe::ProxyProtocol::kV2;
  }
  return probe::ProxyProtocol::kNone;
}

// What stands for one endpoint of the input: itself, unless it is named.
std::vector<Endpoint> Instead(const BackendPortId& id, const Endpoint& endpoint,
                              const EndpointMap& named) {
  // The hosts of a Backend are named by their own port.
  const auto at = named.find({id.ns, id.name, id.port != 0 ? id.port : endpoint.port});
  if (at == named.end()) return {endpoint};
  return at->second;
}

std::vector<Endpoint> EndpointsOf(const BackendTls& backend, const EndpointMap& named) {
  std::vector<Endpoint> all;
  const auto add = [&all](const std::vector<Endpoint>& more) {
    for (const Endpoint& one : more) {
      if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
    }
  };
  const auto whole = named.find({backend.backend.ns, backend.backend.name, backend.backend.port});
  if (whole != named.end()) {
    add(whole->second);
  } else {
    for (const Endpoint& one : backend.settings->endpoints) {
      add(Instead(backend.backend, one, named));
    }
  }
  return all;
}

// One run over many endpoints. `Run` works in the thread that calls it, without the GIL; others may
// meanwhile read how far it is and cancel it. Identical handshakes are made once.
class ProbeRun {
 public:
  ProbeRun(std::vector<std::shared_ptr<const BackendTls>> backends, const EndpointMap& endpoints,
           probe::Options options)
      : options_(std::move(options)) {
    for (const auto& backend : backends) {
      if (backend->mode != TlsMode::kTls || backend->tls == nullptr) {
        Add(backend, std::nullopt, std::nullopt);
        continue;
      }
      const std::shared_ptr<const tls::ClientTls> tls = envoy::OfferedTls(*backend);
      const std::vector<Endpoint> all = EndpointsOf(*backend, endpoints);
      if (all.empty()) Add(backend, std::nullopt, std::nullopt);
      for (const Endpoint& endpoint : all) {
        Add(backend, endpoint, TargetFor(*backend, tls, endpoint));
      }
    }
  }

  void Run() {
    options_.progress = [this](size_t done, size_t) { done_ = done; };
    options_.cancelled = [this] { return cancelled_.load(); };
    absl::StatusOr<std::vector<probe::ProbeResult>> results;
    {
      py::gil_scoped_release release;
      results = probe::Probe(targets_, options_);
    }
    results_ = OrRaise(std::move(results));
    finished_ = true;
  }

  void Cancel() { cancelled_ = true; }
  size_t done() const { return done_; }
  size_t total() const { return targets_.size(); }

  Value Document() const {
    if (!finished_) RaiseStatus(absl::FailedPreconditionError("the probe has not finished"));
    std::vector<report::ProbeEntry> entries = entries_;
    for (size_t i = 0; i < entries.size(); ++i) {
      if (!target_of_[i].has_value()) continue;
      const probe::ProbeResult& result = results_[*target_of_[i]];
      auto handshake = std::make_shared<tls::HandshakeResult>(result.handshake);
      handshake->verdict = result.verdict;
      entries[i].result = std::move(handshake);
      entries[i].address = result.address;
      entries[i].phase = std::string(probe::PhaseName(result.phase));
      entries[i].duration = result.timings.resolve + result.timings.connect +
                            result.timings.handshake + result.timings.post_handshake;
    }
    return report::ProbeDocument(entries);
  }

 private:
  void Add(std::shared_ptr<const BackendTls> backend, std::optional<Endpoint> endpoint,
           std::optional<size_t> target) {
    report::ProbeEntry& entry = entries_.emplace_back();
    entry.backend = std::move(backend);
    entry.endpoint = std::move(endpoint);
    target_of_.push_back(target);
  }

  size_t TargetFor(const BackendTls& backend, const std::shared_ptr<const tls::ClientTls>& tls,
                   const Endpoint& endpoint) {
    const probe::ProxyProtocol proxy_protocol = ToProbe(backend.settings->traffic->proxy_protocol);
    std::vector<size_t>& there = targets_at_[{endpoint.host, endpoint.port}];
    for (size_t i : there) {
      if (targets_[i].proxy_protocol == proxy_protocol && *targets_[i].tls == *tls) {
        return i;
      }
    }
    targets_.push_back({endpoint.host, endpoint.port, tls, proxy_protocol});
    there.push_back(targets_.size() - 1);
    return targets_.size() - 1;
  }

  probe::Options options_;
  std::vector<report::ProbeEntry> entries_;
  std::vector<std::optional<size_t>> target_of_;  // of each entry, into targets_
  std::vector<probe::Target> targets_;
  std::map<std::pair<std::string, int>, std::vector<size_t>> targets_at_;
  std::vector<probe::ProbeResult> results_;
  bool finished_ = false;
  std::atomic<size_t> done_{0};
  std::atomic<bool> cancelled_{false};
};

std::unique_ptr<ProbeRun> MakeProbeRun(const py::iterable& backends,
                                       const std::vector<EndpointArgument>& endpoints,
                                       const py::object& timeout, size_t concurrency,
                                       const std::string& mode,
                                       const std::string& present_certificate,
                                       const std::string& system_ca, const py::object& now) {
  EndpointMap named;
  for (const auto& [ns, name, port, host, host_port] : endpoints) {
    named[{ns, name, port}].push_back({host, host_port});
  }
  probe::Options options;
  options.timeout = ToDuration(timeout, "timeout");
  options.concurrency = concurrency;
  options.mode = ToMode(mode);
  options.present_certificate = ToPresentCertificate(present_certificate);
  options.now = ToTime(now, "now");
  absl::StatusOr<probe::SystemTrust> system = probe::LoadSystemTrust(system_ca);
  if (system.ok()) {
    options.system_trust = system->bundle;
  } else if (!system_ca.empty()) {
    RaiseStatus(system.status());
  }  // else: handshakes that need it fail with Trust/SystemMissing
  return std::make_unique<ProbeRun>(ToBackends(backends), named, std::move(options));
}

}  // namespace

void RegisterProbe(py::module_& module) {
  py::class_<ProbeRun>(module, "Probe",
                       "Handshakes with the endpoints of backends. run() blocks; done, total and "
                       "cancel() may be used from other threads meanwhile.")
      .def(py::init(&MakeProbeRun), py::arg("backends"), py::kw_only(),
           py::arg("endpoints") = std::vector<EndpointArgument>(), py::arg("timeout") = 5.0,
           py::arg("concurrency") = 64, py::arg("mode") = "envoy",
           py::arg("present_certificate") = "verified", py::arg("system_ca") = "",
           py::arg("now") = py::none())
      .def("run", &ProbeRun::Run)
      .def("cancel", &ProbeRun::Cancel)
      .def_property_readonly("done", &ProbeRun::done)
      .def_property_readonly("total", &ProbeRun::total)
      .def("document", [](const ProbeRun& run) { return ToPython(run.Document()); });

  module.def(
      "check_system_trust",
      [](const std::string& file) { return ToStr(OrRaise(probe::LoadSystemTrust(file)).path); },
      py::arg("file"), "The file that `System` stands for; raises where it cannot be used.");
  module.def(
      "parse_time", [](const std::string& text) { return ToDatetime(ToTime(py::str(text), "at")); },
      py::arg("text"), "A datetime in UTC, with whole seconds.");
}

}  // namespace python
}  // namespace gwpolicy

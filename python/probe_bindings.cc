#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gwpolicy/envoy/translate.h"
#include "gwpolicy/probe/http.h"
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
// Method, path, host, and the range of statuses.
using HttpArgument = std::tuple<std::string, std::string, std::string, int, int>;

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
  const auto whole = named.find(
      {backend.port->backend.ns, backend.port->backend.name, backend.port->backend.port});
  if (whole != named.end()) {
    add(whole->second);
  } else {
    for (const Endpoint& one : backend.port->Endpoints()) {
      add(Instead(backend.port->backend, one, named));
    }
  }
  return all;
}

void Fill(const probe::ProbeResult& result, report::ProbeEntry& entry) {
  entry.result = std::make_shared<tls::HandshakeResult>(result.handshake);
  entry.address = result.address;
  entry.phase = std::string(probe::PhaseName(result.phase));
  entry.times = {result.timings.resolve, result.timings.connect, result.timings.handshake,
                 result.timings.post_handshake, result.timings.http};
  if (result.http.has_value()) {
    const probe::HttpAnswer& answer = *result.http;
    entry.http = report::ProbeEntry::Http{answer.version, answer.status, answer.first_byte,
                                          answer.body_bytes, answer.body_complete};
  }
}

// One run over many endpoints. `Run` works in the thread that calls it, without the GIL; others may
// meanwhile take what is done, read how far it is and cancel it. Identical handshakes are made
// once.
class ProbeRun {
 public:
  ProbeRun(std::vector<std::shared_ptr<const BackendTls>> backends, const EndpointMap& endpoints,
           probe::Options options)
      : options_(std::move(options)) {
    for (const auto& backend : backends) {
      if (backend->port->mode != TlsMode::kTls || backend->port->tls == nullptr) {
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
    options_.on_result = [this](size_t target, const probe::ProbeResult& result) {
      OnResult(target, result);
    };
    absl::Status status;
    {
      py::gil_scoped_release release;
      status = probe::Probe(targets_, options_).status();
      const std::lock_guard<std::mutex> lock(mutex_);
      over_ = true;
      changed_.notify_all();
    }
    OrRaise(status);
    finished_ = true;
  }

  void Cancel() { cancelled_ = true; }
  size_t done() const { return done_; }
  size_t total() const { return targets_.size(); }

  // What is done since the last call, in the order in which it came. Where that is nothing, waits
  // for the next, for at most `wait` and not beyond the end.
  PyProbeEntries Take(const py::object& wait) {
    const absl::Duration limit = ToDuration(wait, "wait");
    PyProbeEntries out{{}, options_.system_trust};
    const py::gil_scoped_release release;
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, absl::ToChronoNanoseconds(limit),
                      [this] { return over_ || !fresh_.empty(); });
    for (const size_t i : fresh_) out.entries.push_back(entries_[i]);
    fresh_.clear();
    return out;
  }

  // All of them, in the order of the backends and their endpoints.
  PyProbeEntries Entries() const {
    if (!finished_) RaiseStatus(absl::FailedPreconditionError("the probe has not finished"));
    return {entries_, options_.system_trust};
  }

 private:
  void Add(std::shared_ptr<const BackendTls> backend, std::optional<Endpoint> endpoint,
           std::optional<size_t> target) {
    report::ProbeEntry& entry = entries_.emplace_back();
    entry.backend = std::move(backend);
    entry.endpoint = std::move(endpoint);
    if (target.has_value()) {
      entries_of_[*target].push_back(entries_.size() - 1);
    } else {
      fresh_.push_back(entries_.size() - 1);
    }
  }

  size_t TargetFor(const BackendTls& backend, const std::shared_ptr<const tls::ClientTls>& tls,
                   const Endpoint& endpoint) {
    const probe::ProxyProtocol proxy_protocol =
        ToProbe(backend.port->settings->traffic->proxy_protocol);
    std::vector<size_t>& there = targets_at_[{endpoint.host, endpoint.port}];
    for (size_t i : there) {
      if (targets_[i].proxy_protocol == proxy_protocol && *targets_[i].tls == *tls) {
        return i;
      }
    }
    targets_.push_back({endpoint.host, endpoint.port, tls, proxy_protocol});
    entries_of_.emplace_back();
    there.push_back(targets_.size() - 1);
    return targets_.size() - 1;
  }

  // In the thread of Run.
  void OnResult(size_t target, const probe::ProbeResult& result) {
    report::ProbeEntry filled;
    Fill(result, filled);
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const size_t i : entries_of_[target]) {
      filled.backend = entries_[i].backend;
      filled.endpoint = entries_[i].endpoint;
      entries_[i] = filled;
      fresh_.push_back(i);
    }
    changed_.notify_all();
  }

  probe::Options options_;
  std::vector<probe::Target> targets_;
  std::map<std::pair<std::string, int>, std::vector<size_t>> targets_at_;
  std::vector<std::vector<size_t>> entries_of_;  // of each target, into entries_
  std::mutex mutex_;                             // for what Take shares with Run
  std::condition_variable changed_;
  std::vector<report::ProbeEntry> entries_;
  std::vector<size_t> fresh_;  // into entries_
  bool over_ = false;          // no more will come
  bool finished_ = false;      // and all have come
  std::atomic<size_t> done_{0};
  std::atomic<bool> cancelled_{false};
};

std::unique_ptr<ProbeRun> MakeProbeRun(
    const py::iterable& backends, const std::vector<EndpointArgument>& endpoints,
    const py::object& timeout, const std::map<std::string, py::object>& phase_timeouts,
    size_t concurrency, double rate, size_t retries, const std::string& mode,
    const std::string& present_certificate, const std::string& system_ca, const py::object& now,
    const std::optional<HttpArgument>& http) {
  EndpointMap named;
  for (const auto& [ns, name, port, host, host_port] : endpoints) {
    named[{ns, name, port}].push_back({host, host_port});
  }
  probe::Options options;
  options.timeout = ToDuration(timeout, "timeout");
  for (const auto& [phase, limit] : phase_timeouts) {
    const absl::Duration duration = ToDuration(limit, "phase_timeouts");
    if (phase == "resolve") {
      options.phase_timeouts.resolve = duration;
    } else if (phase == "connect") {
      options.phase_timeouts.connect = duration;
    } else if (phase == "handshake") {
      options.phase_timeouts.handshake = duration;
    } else if (phase == "http") {
      options.phase_timeouts.http = duration;
    } else {
      RaiseStatus(absl::InvalidArgumentError(absl::StrCat(
          "'", phase, "' is no phase with a limit; use resolve, connect, handshake or http")));
    }
  }
  options.concurrency = concurrency;
  options.max_per_second = rate;
  options.retries = retries;
  options.mode = ToMode(mode);
  options.present_certificate = ToPresentCertificate(present_certificate);
  options.now = ToTime(now, "now");
  if (http.has_value()) {
    probe::HttpCheck& check = options.http.emplace();
    std::tie(check.method, check.path, check.host, check.lowest_status, check.highest_status) =
        *http;
    OrRaise(probe::ValidateHttpCheck(check));
  }
  std::vector<std::shared_ptr<const BackendTls>> all = ToBackends(backends);
  const bool needed = std::any_of(all.begin(), all.end(), [](const auto& backend) {
    return backend->port->tls != nullptr &&
           backend->port->tls->trust.source == tls::TrustSource::kSystem;
  });
  // Reading the system's CAs takes longer than ten handshakes. Without them, handshakes that need
  // them fail with Trust/SystemMissing.
  if (needed || !system_ca.empty()) options.system_trust = SystemTrustOrNull(system_ca);
  return std::make_unique<ProbeRun>(std::move(all), named, std::move(options));
}

// One handshake that verifies nobody, to see what a server sends.
PyProbeEntries Capture(const std::string& host, int port, const std::string& sni,
                       const py::object& timeout, bool tls13, const std::string& system_ca) {
  auto tls = std::make_shared<tls::ClientTls>();
  tls->sni = sni;
  tls->trust.source = tls::TrustSource::kUnverified;
  tls->names = tls::PeerNames::Any();
  if (tls13) tls->max_version = tls::TlsVersion::k1_3;
  probe::Options options;
  options.timeout = ToDuration(timeout, "timeout");
  probe::Target target;
  target.host = host;
  target.port = port;
  target.tls = tls;
  PyProbeEntries out;
  out.system_trust = SystemTrustOrNull(system_ca);
  absl::StatusOr<std::vector<probe::ProbeResult>> results;
  {
    py::gil_scoped_release release;
    results = probe::Probe({target}, options);
  }
  const probe::ProbeResult result = OrRaise(std::move(results))[0];
  auto backend = std::make_shared<BackendTls>();
  backend->port.Modify([&tls](PortTls& of_port) {
    of_port.mode = TlsMode::kTls;
    of_port.tls = std::move(tls);
  });
  report::ProbeEntry& entry = out.entries.emplace_back();
  entry.backend = std::move(backend);
  entry.endpoint = Endpoint{host, port};
  Fill(result, entry);
  return out;
}

}  // namespace

void RegisterProbe(py::module_& module) {
  py::class_<ProbeRun>(
      module, "Probe",
      "Handshakes with the endpoints of backends. run() blocks; take(), done, total "
      "and cancel() may be used from other threads meanwhile.")
      .def(py::init(&MakeProbeRun), py::arg("backends"), py::kw_only(),
           py::arg("endpoints") = std::vector<EndpointArgument>(), py::arg("timeout") = 5.0,
           py::arg("phase_timeouts") = std::map<std::string, py::object>(),
           py::arg("concurrency") = 64, py::arg("rate") = 0.0, py::arg("retries") = 0,
           py::arg("mode") = "envoy", py::arg("present_certificate") = "verified",
           py::arg("system_ca") = "", py::arg("now") = py::none(), py::arg("http") = py::none())
      .def("run", &ProbeRun::Run)
      .def("cancel", &ProbeRun::Cancel)
      .def("take", &ProbeRun::Take, py::arg("wait"))
      .def_property_readonly("done", &ProbeRun::done)
      .def_property_readonly("total", &ProbeRun::total)
      .def("entries", &ProbeRun::Entries);

  module.def("capture", &Capture, py::arg("host"), py::arg("port"), py::kw_only(),
             py::arg("sni") = "", py::arg("timeout") = 5.0, py::arg("tls13") = false,
             py::arg("system_ca") = "", "What a server sends to somebody who verifies nothing.");

  module.def(
      "check_system_trust",
      [](const std::string& file) {
        return ToStr(OrRaise(probe::LoadSystemTrust({file, ""})).path);
      },
      py::arg("file"), "The file that `System` stands for; raises where it cannot be used.");
  module.def(
      "parse_time", [](const std::string& text) { return ToDatetime(ToTime(py::str(text), "at")); },
      py::arg("text"), "A datetime in UTC, with whole seconds.");
}

}  // namespace python
}  // namespace gwpolicy

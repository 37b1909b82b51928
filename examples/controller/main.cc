// What changes when a policy changes? Links gwpolicy, applies manifests, changes the hostname of
// one BackendTLSPolicy, deletes it, and prints each time what is different.
//
//   bazel run //examples/controller -- PATH...
#include <iostream>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/resolve/engine.h"

namespace {

void Show(const char* title, const gwpolicy::Changes& changes) {
  std::cout << title << ": " << changes.backends_touched << " backends looked at\n";
  for (const auto& one : changes.backends) {
    std::cout << "  " << gwpolicy::report::BackendText(one->port->backend) << " through "
              << gwpolicy::report::GatewayText(*one->gateway) << ": "
              << gwpolicy::TlsModeName(one->port->mode) << " "
              << (one->port->tls != nullptr ? one->port->tls->sni.view()
                                            : one->port->failure->reason.view())
              << "\n";
  }
  for (const auto& one : changes.statuses) {
    std::cout << "  status of " << one->policy.key().ToString() << " is to be written\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  gwpolicy::EngineOptions options;
  options.now = absl::Now();
  absl::StatusOr<gwpolicy::Engine> engine = gwpolicy::Engine::Create(options);
  if (!engine.ok()) return std::cerr << engine.status() << "\n", 2;

  gwpolicy::Object policy;
  for (int i = 1; i < argc; ++i) {
    gwpolicy::manifest::LoadResult loaded = gwpolicy::manifest::ReadPath(argv[i]);
    for (const auto& finding : loaded.findings) std::cerr << finding.message << "\n";
    for (const auto& object : loaded.objects) {
      if (object.As<gwpolicy::BackendTLSPolicy>() != nullptr) policy = object;
      if (absl::Status status = engine->Apply(object); !status.ok()) std::cerr << status << "\n";
    }
  }
  Show("At first", engine->Resolve());
  if (policy.empty()) return 0;

  gwpolicy::BackendTLSPolicy changed = *policy.As<gwpolicy::BackendTLSPolicy>();
  changed.spec.validation.hostname = "changed.example.com";
  if (!engine->Apply(gwpolicy::Object::Make(changed)).ok()) return 1;
  Show("Another hostname", engine->Resolve());
  if (!engine->Delete(policy.key()).ok()) return 1;
  Show("Without the policy", engine->Resolve());
}

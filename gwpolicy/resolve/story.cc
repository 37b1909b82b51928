#include "gwpolicy/resolve/story.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace gwpolicy {
namespace {

std::string NameOf(absl::string_view ns, absl::string_view name) {
  return absl::StrCat(ns, "/", name);
}

class Teller {
 public:
  explicit Teller(const BackendTls& result) : result_(result) {}

  std::vector<Step> Tell() {
    TellRoutes();
    TellPolicies();
    switch (result_.port->mode) {
      case TlsMode::kFailClosed:
        Add("posture", FailureText());
        break;
      case TlsMode::kPlaintext:
        Add("posture", "No policy asks for TLS, so the Gateway speaks plaintext to it.");
        break;
      case TlsMode::kTls:
        TellFields();
        TellPosture();
        break;
    }
    return std::move(steps_);
  }

 private:
  void Add(std::string about, std::string text) {
    steps_.push_back({std::move(about), std::move(text)});
  }

  void TellRoutes() {
    const BackendPortId& backend = result_.port->backend;
    const std::string place =
        absl::StrCat(backend.kind, " ", NameOf(backend.ns, backend.name), ":", backend.port);
    if (result_.gateway->empty()) {
      Add("route", absl::StrCat("No route of a known Gateway leads to ", place, "; judged as ",
                                result_.gateway->profile, " would."));
      return;
    }
    const std::string routes = absl::StrJoin(
        result_.routes, ", ",
        [](std::string* out, const FieldSource& route) { absl::StrAppend(out, LabelOf(route)); });
    Add("route", absl::StrCat(routes, result_.routes.size() == 1 ? " leads" : " lead",
                              " from Gateway ", NameOf(result_.gateway->ns, result_.gateway->name),
                              " (", result_.gateway->profile, ") to ", place, "."));
  }

  void TellPolicies() {
    if (result_.port->policies.empty()) Add("target", "No policy aims at it.");
    for (const PolicyOutcome& outcome : result_.port->policies) TellPolicy(outcome);
    if (result_.port->mode != TlsMode::kTls) return;
    for (const PolicyOutcome& outcome : result_.port->policies) {
      if (outcome.gives_tls) {
        Add("winner", absl::StrCat(LabelOf(outcome.policy()), " gives the TLS settings."));
      }
    }
  }

  void TellPolicy(const PolicyOutcome& outcome) {
    if (outcome.policy().kind == "XBackend") {
      return Add("winner", "Its own spec.tls says how TLS is spoken; no policy can be attached.");
    }
    const std::string aim = absl::StrCat(
        LabelOf(outcome.policy()), " aims at it by ", outcome.path(),
        outcome.section_name.empty() ? ""
                                     : absl::StrCat(" with sectionName ", outcome.section_name));
    switch (outcome.fate) {
      case Fate::kWon:
        return Add("winner", absl::StrCat(aim, " and owns TLS of this port."));
      case Fate::kLost:
        return Add("loser", absl::StrCat(aim, " and loses to ", WinnerOf(outcome), ": ",
                                         RuleText(outcome.rule), "."));
      case Fate::kShadowed:
        return Add("loser", absl::StrCat(aim, " and is not used here: ", RuleText(outcome.rule),
                                         " (", WinnerOf(outcome), ")."));
      case Fate::kMerged:
        return Add("target", absl::StrCat(aim, "."));
      case Fate::kElsewhere:
        return Add("target", absl::StrCat(aim, ", which is not this port."));
      case Fate::kNotRead:
        return Add("loser", absl::StrCat(aim, ", but ", result_.gateway->profile, " does not read ",
                                         outcome.policy().kind, "."));
    }
  }

  std::string WinnerOf(const PolicyOutcome& outcome) const {
    const FieldSource& winner = result_.port->policies[outcome.winner].policy();
    return NameOf(winner.ns, winner.name);
  }

  std::string FailureText() const {
    const Failure& failure = *result_.port->failure;
    if (failure.cause.kind.empty()) {
      return absl::StrCat("Envoy would not load these settings: ", failure.message, ".");
    }
    if (failure.cause.kind == "Gateway") {
      return absl::StrCat("The Gateway's client certificate cannot be used: ", failure.message,
                          ".");
    }
    return absl::StrCat(LabelOf(failure.cause), " is in error: ", failure.message,
                        ". Requests are answered with 5xx; there is no plaintext fallback.");
  }

  void TellFields() {
    for (const Provenance& row : ProvenanceOf(result_)) {
      if (row.from.kind == "Gateway") {
        Add("field",
            absl::StrCat(row.field, " is that of the Gateway, from ", row.from.field_path, "."));
        continue;
      }
      Add("field", absl::StrCat(row.field, " is ", row.value, ", from ", row.from.field_path,
                                " of ", LabelOf(row.from), "."));
    }
  }

  void TellPosture() {
    const std::optional<Code> posture = result_.port->Posture();
    if (!posture.has_value()) {
      return Add("posture", "Chain and name of the backend's certificate are verified.");
    }
    Add("posture", posture == Code::kPostureUnverified
                       ? "TLS is used, but any certificate is accepted."
                       : "The chain is verified, but no name is: sni alone checks nothing.");
  }

  const BackendTls& result_;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> StepsOf(const BackendTls& result) { return Teller(result).Tell(); }

}  // namespace gwpolicy

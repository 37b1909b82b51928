#include "gwpolicy/report/explain.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/report/findings.h"
#include "gwpolicy/report/status.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/policy_key.h"
#include "gwpolicy/resolve/story.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"

namespace gwpolicy {
namespace report {
namespace {

// So many backends of a policy are told in full; what the policy does to the others is one line.
constexpr size_t kBackendsInFull = 3;

// Text for a screen of so many columns.
class Paper {
 public:
  explicit Paper(size_t columns) : columns_(columns) {}

  // Writes `text` in lines: the first behind `first`, the others behind as many blanks.
  void Write(absl::string_view first, absl::string_view text) {
    const std::string indent(first.size(), ' ');
    std::string line(first);
    bool has_word = false;
    for (absl::string_view word : absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty())) {
      if (has_word && line.size() + 1 + word.size() > columns_) {
        absl::StrAppend(&out_, line, "\n");
        line = indent;
        has_word = false;
      }
      absl::StrAppend(&line, has_word ? " " : "", word);
      has_word = true;
    }
    absl::StripTrailingAsciiWhitespace(&line);
    absl::StrAppend(&out_, line, "\n");
  }
  void Heading(absl::string_view text) { absl::StrAppend(&out_, "\n  ", text, "\n"); }
  void EmptyLine() { absl::StrAppend(&out_, "\n"); }
  bool empty() const { return out_.empty(); }
  std::string Take() { return std::move(out_); }

 private:
  const size_t columns_;
  std::string out_;
};

std::string Sentence(absl::string_view text) {
  if (text.empty() || absl::EndsWith(text, ".") || absl::EndsWith(text, "!")) {
    return std::string(text);
  }
  return absl::StrCat(text, ".");
}

std::string Plural(size_t n, absl::string_view noun) {
  return absl::StrCat(n, " ", noun, n == 1 ? "" : "s");
}

// Whom the gateway believes, as the second half of a sentence.
std::string TrustText(const tls::Trust& trust) {
  switch (trust.source) {
    case tls::TrustSource::kNobody:
      return "trusts nobody, so every handshake fails";
    case tls::TrustSource::kUnverified:
      return "does not verify the certificate at all";
    case tls::TrustSource::kSystem:
      return "trusts the CA certificates of its system";
    case tls::TrustSource::kBundle:
      break;
  }
  if (trust.bundle == nullptr) return "trusts nobody, so every handshake fails";
  const std::vector<tls::CertificateSummary>& all = trust.bundle->certificates();
  if (all.size() != 1) return absl::StrCat("trusts ", Plural(all.size(), "CA certificate"));
  return absl::StrCat("trusts ", all[0].subject, " (until ",
                      absl::FormatTime("%Y-%m-%d", all[0].not_after, absl::UTCTimeZone()), ")");
}

std::string NamesText(const tls::PeerNames& names) {
  if (names.unchecked) return "accepts any name in the certificate";
  if (names.accepted.empty()) return "accepts no name, so every handshake fails";
  return absl::StrCat(
      "accepts the name ",
      absl::StrJoin(names.accepted, " or ", [](std::string* out, const tls::PeerName& name) {
        absl::StrAppend(out, name.value);
      }));
}

std::string Summary(const BackendTls& backend) {
  switch (backend.port->mode) {
    case TlsMode::kPlaintext:
      return "Plaintext: no policy asks for TLS, so requests are sent as they are.";
    case TlsMode::kFailClosed: {
      std::string text =
          "Fails closed: a policy asks for TLS, but it cannot be set up, so requests are answered "
          "with 5xx and nothing is sent.";
      const Failure& failure = *backend.port->failure;
      if (!failure.reason.empty()) absl::StrAppend(&text, " Reason ", failure.reason, ": ");
      return absl::StrCat(text, Sentence(failure.message));
    }
    case TlsMode::kTls:
      break;
  }
  if (backend.port->tls == nullptr) return "TLS.";
  const tls::ClientTls& tls = *backend.port->tls;
  std::string text = "TLS: the gateway ";
  absl::StrAppend(&text, tls.sni.empty() ? "sends no server name" : "sends the server name ",
                  tls.sni, ", ", TrustText(tls.trust));
  if (tls.trust.source != tls::TrustSource::kUnverified &&
      tls.trust.source != tls::TrustSource::kNobody) {
    absl::StrAppend(&text, " and ", NamesText(tls.names));
  }
  absl::StrAppend(&text, ".");
  const absl::string_view min = TlsVersionText(tls.min_version);
  const absl::string_view max = TlsVersionText(tls.max_version);
  absl::StrAppend(&text, " It speaks ", min == max ? "" : absl::StrCat(min, " to "), max);
  if (!tls.alpn_protocols.empty()) {
    absl::StrAppend(&text, ", offers ", absl::StrJoin(tls.alpn_protocols, " and "));
  }
  if (tls.client_certificate != nullptr) {
    absl::StrAppend(&text, " and shows a client certificate when the server asks for one");
  }
  return absl::StrCat(text, ".");
}

void WriteProvenance(const BackendTls& backend, Paper& paper) {
  const std::vector<Provenance> rows = ProvenanceOf(backend);
  if (rows.empty()) return;
  size_t width = 0;
  for (const Provenance& one : rows) width = std::max(width, one.field.size());
  paper.Heading("Where it comes from");
  for (const Provenance& one : rows) {
    const std::string label =
        absl::StrCat("    ", one.field, std::string(width - one.field.size() + 2, ' '));
    std::string text = one.value.empty() ? "not set" : one.value;
    absl::StrAppend(&text, ", from ", LabelOf(one.from));
    if (!one.from.field_path.empty()) absl::StrAppend(&text, " ", one.from.field_path);
    paper.Write(label, text);
    for (const Loser& loser : one.over) {
      std::string lost = absl::StrCat("not from ", LabelOf(loser.source));
      if (!loser.source.field_path.empty()) absl::StrAppend(&lost, " ", loser.source.field_path);
      if (!loser.rule.empty()) absl::StrAppend(&lost, ": ", loser.rule);
      paper.Write(std::string(width + 6, ' '), lost);
    }
  }
}

std::string EndpointsText(const SharedList<Endpoint>& endpoints) {
  constexpr size_t kShown = 4;
  std::vector<std::string> shown;
  for (size_t i = 0; i < std::min(endpoints.size(), kShown); ++i) {
    const bool ipv6 = absl::StrContains(endpoints[i].host, ":");
    shown.push_back(
        absl::StrCat(ipv6 ? "[" : "", endpoints[i].host, ipv6 ? "]:" : ":", endpoints[i].port));
  }
  if (endpoints.size() > kShown) shown.push_back(absl::StrCat(endpoints.size() - kShown, " more"));
  return absl::StrJoin(shown, ", ");
}

std::string TitleOf(const BackendTls& backend) {
  std::string title = BackendText(backend.port->backend);
  if (!backend.port->port_name.empty()) absl::StrAppend(&title, " (", backend.port->port_name, ")");
  if (backend.gateway->empty()) {
    absl::StrAppend(&title, ", which no Gateway reaches");
  } else {
    absl::StrAppend(&title, " through Gateway ", GatewayText(*backend.gateway));
  }
  const Text& profile = backend.gateway->profile;
  if (!profile.empty()) absl::StrAppend(&title, ", as ", profile, " sees it");
  return title;
}

void WriteBackend(const BackendTls& backend, Paper& paper) {
  paper.Write("", TitleOf(backend));
  paper.Write("  ", Summary(backend));
  // Fields have a part of their own below.
  int number = 0;
  for (const Step& step : StepsOf(backend)) {
    if (step.about == "field") continue;
    if (++number == 1) paper.Heading("How this came about");
    paper.Write(absl::StrCat(number < 10 ? "    " : "   ", number, ". "), step.text);
  }
  WriteProvenance(backend, paper);
  const std::optional<Code> posture = backend.port->Posture();
  if (posture.has_value()) {
    paper.Heading("How well it is protected");
    const CodeInfo& info = InfoOf(*posture);
    paper.Write("    ", absl::StrCat(info.name, ": ", info.cause));
    paper.Write("      ", info.remedy);
  }
  const SharedList<Endpoint> endpoints = backend.port->Endpoints();
  if (!endpoints.empty()) {
    paper.EmptyLine();
    paper.Write("  Endpoints: ", EndpointsText(endpoints));
  }
}

// --- one policy ------------------------------------------------------------------------------

std::string AncestorText(const ParentReference& ref) {
  if (ref.kind == ref.name) return std::string(ref.kind);  // kgateway's StatusSummary
  std::string text = ref.kind.empty() ? "Gateway" : std::string(ref.kind);
  absl::StrAppend(&text, " ", ref.ns.empty() ? "" : absl::StrCat(ref.ns, "/"), ref.name);
  if (!ref.section_name.empty()) absl::StrAppend(&text, " section ", ref.section_name);
  return text;
}

std::string PlaceText(const BackendTls& backend) {
  return absl::StrCat(BackendText(backend.port->backend),
                      backend.gateway->empty()
                          ? ", which no Gateway reaches"
                          : absl::StrCat(" through ", GatewayText(*backend.gateway)));
}

// "a", "a and b", "a, b and c"
std::string Enumerated(const std::vector<std::string>& texts) {
  if (texts.size() < 2) return absl::StrJoin(texts, "");
  const auto last = texts.end() - 1;
  return absl::StrCat(absl::StrJoin(texts.begin(), last, ", "), " and ", *last);
}

// What comes of one of its targetRefs on one backend port. None where that is another port's.
std::optional<Step> StepOf(const BackendTls& backend, const PolicyOutcome& effect) {
  const ObjectKey policy = KeyOfPolicy(effect.policy());
  const std::string place = PlaceText(backend);
  const auto step = [&place](absl::string_view about, std::string text) {
    return Step{std::string(about), absl::StrCat(place, ": ", text, ".")};
  };
  switch (effect.fate) {
    case Fate::kElsewhere:
      return std::nullopt;
    case Fate::kNotRead:
      return step("loser", absl::StrCat("not in effect, for ", backend.gateway->profile,
                                        " does not read a ", policy.kind));
    case Fate::kLost:
    case Fate::kShadowed:
      return step(
          "loser",
          absl::StrCat("not in effect, it loses to ",
                       KeyOfPolicy(backend.port->policies[effect.winner].policy()).ToString(), ": ",
                       RuleText(effect.rule)));
    case Fate::kWon:
    case Fate::kMerged:
      break;
  }
  const std::vector<std::string> fields = FieldsFrom(backend, policy);
  if (!fields.empty()) return step("effect", absl::StrCat("it gives ", Enumerated(fields)));
  if (const std::optional<Defeat> defeat = DefeatOf(backend, policy)) {
    return step("loser", absl::StrCat("its TLS settings are not in effect, they lose to ",
                                      LabelOf(defeat->winner), ": ", defeat->rule));
  }
  if (backend.port->mode == TlsMode::kFailClosed) {
    return step("effect",
                absl::StrCat("it counts, and the backend fails closed: ",
                             backend.port->failure->reason, ": ", backend.port->failure->message));
  }
  return step("effect", "it counts, and gives no field of TLS");
}

bool AimsBy(const PolicyOutcome& effect, const ObjectKey& policy, absl::string_view field_path) {
  return KeyOfPolicy(effect.policy()) == policy && effect.path() == field_path;
}

void AddTarget(const Story& story, std::string path, std::string label, std::vector<Step>& out) {
  const ObjectKey key = story.policy->policy.key();
  bool attaches = false;
  for (const auto& result : story.backends) {
    for (const PolicyOutcome& effect : result->port->policies) {
      attaches = attaches || AimsBy(effect, key, path);
    }
  }
  out.push_back({"target", absl::StrCat(path, " aims at ", label,
                                        attaches ? "." : ", and attaches to nothing there.")});
}

std::string TargetText(absl::string_view kind, absl::string_view name, absl::string_view section) {
  return absl::StrCat(kind, " ", name,
                      section.empty() ? "" : absl::StrCat(", sectionName ", section));
}

void AddTargets(const Story& story, std::vector<Step>& out) {
  const Object& object = story.policy->policy;
  if (const auto* policy = object.As<BackendTLSPolicy>()) {
    for (size_t i = 0; i < policy->spec.target_refs.size(); ++i) {
      const auto& ref = policy->spec.target_refs[i];
      AddTarget(story, absl::StrCat("spec.targetRefs[", i, "]"),
                TargetText(ref.kind, ref.name, ref.section_name), out);
    }
  } else if (const auto* config = object.As<BackendConfigPolicy>()) {
    for (size_t i = 0; i < config->spec.target_refs.size(); ++i) {
      const auto& ref = config->spec.target_refs[i];
      AddTarget(story, absl::StrCat("spec.targetRefs[", i, "]"), TargetText(ref.kind, ref.name, ""),
                out);
    }
    for (size_t i = 0; i < config->spec.target_selectors.size(); ++i) {
      AddTarget(story, absl::StrCat("spec.targetSelectors[", i, "]"),
                absl::StrCat("each ", config->spec.target_selectors[i].kind, " with its labels"),
                out);
    }
  }
}

void AddEffects(const Story& story, absl::string_view about, std::vector<Step>& out) {
  const ObjectKey key = story.policy->policy.key();
  for (size_t i = 0; i < story.backends.size(); ++i) {
    for (const PolicyOutcome& effect : story.backends[i]->port->policies) {
      if (KeyOfPolicy(effect.policy()) != key) continue;
      std::optional<Step> step = StepOf(*story.backends[i], effect);
      if (!step.has_value() || step->about != about) continue;
      // Two targetRefs that come to the same are told once.
      if (std::find(out.begin(), out.end(), *step) == out.end()) out.push_back(*std::move(step));
    }
  }
}

void AddStatus(const PolicyStatus& status, std::vector<Step>& out) {
  if (status.ancestors.empty()) out.push_back({"status", "No controller writes a status for it."});
  for (const PolicyAncestorStatus& ancestor : status.ancestors) {
    const std::string who = absl::StrCat("For ", AncestorText(ancestor.ancestor_ref), ", ",
                                         ancestor.controller_name, " writes ");
    for (const Condition& condition : ancestor.conditions) {
      std::string text = absl::StrCat(who, condition.type, " ", condition.status);
      if (!condition.reason.empty()) absl::StrAppend(&text, " (", condition.reason, ")");
      if (!condition.message.empty()) absl::StrAppend(&text, ": ", condition.message);
      out.push_back({"status", Sentence(text)});
    }
  }
}

std::string FindingText(const Finding& finding) {
  const std::string at = finding.field_path.empty() ? "" : absl::StrCat(", ", finding.field_path);
  return absl::StrCat(NameOf(finding.code), at, ": ", Sentence(finding.message), " ",
                      finding.remedy);
}

bool IsAccepted(const PolicyStatus& status) {
  for (const PolicyAncestorStatus& ancestor : status.ancestors) {
    for (const Condition& condition : ancestor.conditions) {
      if (condition.type == "Accepted" && condition.status == "True") return true;
    }
  }
  return false;
}

size_t CountAbout(const std::vector<Step>& steps, absl::string_view about) {
  return static_cast<size_t>(std::count_if(
      steps.begin(), steps.end(), [about](const Step& step) { return step.about == about; }));
}

std::string PolicySummary(const Story& story, const std::vector<Step>& steps) {
  const size_t effects = CountAbout(steps, "effect");
  const size_t losses = CountAbout(steps, "loser");
  if (effects + losses == 0) return "It decides nothing about any backend.";
  if (losses == 0) return absl::StrCat("In effect on ", Plural(effects, "backend port"), ".");
  std::string text;
  if (effects > 0) {
    text = absl::StrCat("In effect on ", effects, " of ", effects + losses, " backend ports");
  } else if (losses > 1) {
    text = absl::StrCat("In effect on none of ", losses, " backend ports");
  } else {
    text = "Not in effect on the one backend port";
  }
  return absl::StrCat(
      text, " that it aims at",
      IsAccepted(*story.policy->status) ? ", although its controller accepts it." : ".");
}

struct Part {
  absl::string_view about;
  absl::string_view heading;
};
constexpr Part kPolicyParts[] = {
    {"target", "What it aims at"},         {"effect", "Where it is in effect"},
    {"loser", "Where it is not, and why"}, {"status", "What its controller writes"},
    {"finding", "What to know of it"},
};

void WritePolicy(const Story& story, Paper& paper) {
  const std::vector<Step> steps = PolicySteps(story);
  paper.Write("", story.policy->policy.key().ToString());
  paper.Write("  ", PolicySummary(story, steps));
  for (const Part& part : kPolicyParts) {
    if (CountAbout(steps, part.about) == 0) continue;
    paper.Heading(part.heading);
    for (const Step& step : steps) {
      if (step.about == part.about) paper.Write("    - ", step.text);
    }
  }
}

// --- documents -------------------------------------------------------------------------------

Value StepList(const std::vector<Step>& steps) {
  Value out = Value::MakeList();
  for (const Step& step : steps) {
    Value one = Value::MakeObject();
    one.Set("about", step.about);
    one.Set("text", step.text);
    out.Append(std::move(one));
  }
  return out;
}

absl::string_view FateName(Fate fate) {
  switch (fate) {
    case Fate::kElsewhere:
      return "elsewhere";
    case Fate::kWon:
      return "won";
    case Fate::kLost:
      return "lost";
    case Fate::kShadowed:
      return "shadowed";
    case Fate::kMerged:
      return "merged";
    case Fate::kNotRead:
      return "notRead";
  }
  return "elsewhere";
}

Value KeyValue(const ObjectKey& key) {
  Value out = Value::MakeObject();
  out.Set("kind", key.kind.view());
  out.Set("namespace", key.ns.view());
  out.Set("name", key.name.view());
  return out;
}

Value EffectValue(const BackendTls& backend, const PolicyOutcome& effect) {
  Value out = Value::MakeObject();
  out.Set("policy", KeyValue(KeyOfPolicy(effect.policy())));
  out.Set("fieldPath", effect.path());
  out.Set("sectionName", effect.section_name.view());
  out.Set("fate", FateName(effect.fate));
  out.Set("winner", effect.winner == PolicyOutcome::kNone
                        ? Value()
                        : KeyValue(KeyOfPolicy(backend.port->policies[effect.winner].policy())));
  out.Set("rule", RuleText(effect.rule));
  return out;
}

Value BackendEntry(const BackendTls& backend) {
  Value routes = Value::MakeList();
  for (const FieldSource& route : backend.routes) routes.Append(LabelOf(route));
  Value policies = Value::MakeList();
  for (const PolicyOutcome& effect : backend.port->policies) {
    policies.Append(EffectValue(backend, effect));
  }
  Value entry = BackendValue(backend);
  entry.Set("steps", StepList(StepsOf(backend)));
  entry.Set("routes", std::move(routes));
  entry.Set("policies", std::move(policies));
  return entry;
}

}  // namespace

std::vector<Step> PolicySteps(const Story& story) {
  std::vector<Step> steps;
  if (story.policy == nullptr) return steps;
  AddTargets(story, steps);
  AddEffects(story, "effect", steps);
  AddEffects(story, "loser", steps);
  AddStatus(*story.policy->status, steps);
  for (const Finding& finding : story.findings) steps.push_back({"finding", FindingText(finding)});
  return steps;
}

Value ExplainDocument(const Story& story) {
  Value backends = Value::MakeList();
  for (const auto& backend : story.backends) backends.Append(BackendEntry(*backend));
  Value findings = Value::MakeList();
  for (const Finding& finding : story.findings) findings.Append(FindingValue(finding));
  Value out = Value::MakeObject();
  out.Set("apiVersion", kApiVersion);
  out.Set("kind", "Explanation");
  out.Set("policy", story.policy == nullptr ? Value() : PolicyValue(*story.policy));
  out.Set("steps", StepList(PolicySteps(story)));
  out.Set("backends", std::move(backends));
  out.Set("findings", std::move(findings));
  return out;
}

std::string ExplainText(const Story& story, size_t columns) {
  Paper paper(columns);
  size_t told = story.backends.size();
  if (story.policy != nullptr) {
    WritePolicy(story, paper);
    told = std::min(told, kBackendsInFull);
  }
  for (size_t i = 0; i < told; ++i) {
    if (!paper.empty()) paper.EmptyLine();
    WriteBackend(*story.backends[i], paper);
  }
  if (told < story.backends.size()) {
    paper.EmptyLine();
    paper.Write("", absl::StrCat(Plural(story.backends.size() - told, "more backend port"),
                                 ": ask for each by its own name."));
  }
  if (story.policy == nullptr && !story.findings.empty()) {
    paper.Heading("What to know besides");
    for (const Finding& finding : story.findings) {
      const ObjectRef& about = finding.object;
      paper.Write("    - ", absl::StrCat(about.kind, " ", about.ns, "/", about.name, ", ",
                                         FindingText(finding)));
    }
  }
  return paper.Take();
}

}  // namespace report
}  // namespace gwpolicy

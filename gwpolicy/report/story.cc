#include "gwpolicy/report/story.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/report/findings.h"
#include "gwpolicy/resolve/story.h"

namespace gwpolicy {
namespace report {
namespace {

// What kubectl takes as well; the registry of kinds has plurals alone. Gateway API and kgateway,
// kubebuilder:resource of each type.
struct ShortName {
  absl::string_view text;
  absl::string_view kind;
};
constexpr ShortName kShortNames[] = {
    {"be", "Backend"}, {"btlspolicy", "BackendTLSPolicy"}, {"svc", "Service"}};

// "service", "Services", "svc" and "Service" are the same kind.
bool KindIs(absl::string_view asked, absl::string_view group, absl::string_view kind) {
  if (absl::EqualsIgnoreCase(asked, kind)) return true;
  for (const ShortName& one : kShortNames) {
    if (one.kind == kind && absl::EqualsIgnoreCase(asked, one.text)) return true;
  }
  const KindInfo* info = FindKind(group, kind);
  return info != nullptr && absl::EqualsIgnoreCase(asked, info->plural);
}

bool IsFrom(const FieldSource& source, const ObjectKey& key) {
  return source.kind == key.kind && source.ns == key.ns && source.name == key.name;
}

// Levenshtein's.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

// Something that could have been meant, and how far it is from what was asked for.
using Candidate = std::pair<size_t, std::string>;

// How far two names are apart: a slip counts one, and so does an end that was left out.
size_t DistanceOf(absl::string_view asked, absl::string_view name) {
  if (asked == name) return 0;
  if (absl::StartsWith(name, asked) || absl::StartsWith(asked, name)) return 1;
  return EditDistance(asked, name);
}

void AddCandidate(const Subject& subject, const ObjectKey& key, std::string text,
                  std::vector<Candidate>& out) {
  const size_t distance = DistanceOf(subject.name, key.name);
  // A slip or two, more in a long name; another kind or namespace is one as well.
  if (distance > std::max<size_t>(2, subject.name.size() / 4)) return;
  const size_t other_kind = KindIs(subject.kind, key.group, key.kind) ? 0 : 1;
  const size_t other_ns = subject.ns.empty() || subject.ns == key.ns ? 0 : 1;
  out.emplace_back(distance + other_kind + other_ns, std::move(text));
}

absl::Status NotFound(const Subject& subject, const Engine& engine) {
  constexpr size_t kShown = 3;
  std::vector<Candidate> near;
  for (const auto& backend : engine.Backends()) {
    const BackendPortId& id = backend->port->backend;
    AddCandidate(subject, {id.group, id.kind, id.ns, id.name}, BackendText(id), near);
  }
  for (const auto& policy : engine.Policies()) {
    const ObjectKey key = policy->policy.key();
    AddCandidate(subject, key, key.ToString(), near);
  }
  std::sort(near.begin(), near.end());
  near.erase(std::unique(near.begin(), near.end()), near.end());
  std::string text =
      absl::StrCat("no backend or policy is called ", subject.kind, "/", subject.name,
                   subject.port == 0 ? "" : absl::StrCat(":", subject.port),
                   subject.ns.empty() ? "" : absl::StrCat(" in namespace ", subject.ns));
  std::vector<std::string> shown;
  for (size_t i = 0; i < std::min(near.size(), kShown); ++i) shown.push_back(near[i].second);
  if (!shown.empty()) {
    absl::StrAppend(&text, "; is it ", absl::StrJoin(shown, " or "), "?");
  } else {
    absl::StrAppend(&text,
                    "; `gwpolicy resolve` lists the backends, `gwpolicy status` the policies");
  }
  return absl::NotFoundError(text);
}

std::shared_ptr<const PolicyResult> FindPolicy(const Subject& subject, const Engine& engine) {
  for (const auto& policy : engine.Policies()) {
    const Object& object = policy->policy;
    if (object.meta().name == subject.name &&
        (subject.ns.empty() || object.meta().ns == subject.ns) &&
        KindIs(subject.kind, object.group(), object.kind_name())) {
      return policy;
    }
  }
  return nullptr;
}

// Adds those of `results` that are of the subject's port.
void AddBackends(const Subject& subject, std::vector<std::shared_ptr<const BackendTls>> results,
                 Story& story) {
  for (auto& result : results) {
    if (subject.port == 0 || result->port->backend.port == subject.port) {
      story.backends.push_back(std::move(result));
    }
  }
}

std::vector<std::shared_ptr<const BackendTls>> NamedBackends(const Subject& subject,
                                                             const Engine& engine) {
  std::vector<std::shared_ptr<const BackendTls>> named;
  for (auto& result : engine.Backends()) {
    const BackendPortId& id = result->port->backend;
    if (id.name == subject.name && (subject.ns.empty() || id.ns == subject.ns) &&
        KindIs(subject.kind, id.group, id.kind)) {
      named.push_back(std::move(result));
    }
  }
  return named;
}

// Whom the findings of a story are about.
std::set<ObjectRef> Characters(const Story& story) {
  std::set<ObjectRef> out;
  const auto add = [&out](absl::string_view kind, absl::string_view ns, absl::string_view name) {
    out.insert({"", std::string(kind), std::string(ns), std::string(name)});
  };
  if (story.policy != nullptr) {
    const ObjectKey key = story.policy->policy.key();
    add(key.kind, key.ns, key.name);
    return out;
  }
  for (const auto& result : story.backends) {
    add(result->port->backend.kind, result->port->backend.ns, result->port->backend.name);
    for (const PolicyOutcome& outcome : result->port->policies) {
      if (outcome.fate == Fate::kElsewhere) continue;
      add(outcome.policy().kind, outcome.policy().ns, outcome.policy().name);
    }
  }
  return out;
}

std::vector<Finding> FindingsOf(const Story& story, const Engine& engine) {
  const std::set<ObjectRef> characters = Characters(story);
  std::vector<Finding> out;
  for (Finding& finding : engine.Findings()) {
    ObjectRef about = finding.object;
    about.api_version.clear();
    const bool is_posture = absl::StartsWith(NameOf(finding.code), "Posture/");
    if (!is_posture && characters.count(about) > 0) out.push_back(std::move(finding));
  }
  return SortedUnique(std::move(out));
}

}  // namespace

absl::StatusOr<Subject> ParseSubject(absl::string_view text, absl::string_view ns) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('/', 1));
  Subject subject;
  subject.kind = std::string(parts.first);
  subject.ns = std::string(ns);
  absl::string_view name = parts.second;
  const size_t colon = name.rfind(':');
  if (colon != absl::string_view::npos) {
    if (!absl::SimpleAtoi(name.substr(colon + 1), &subject.port) || subject.port < 1 ||
        subject.port > 65535) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", name.substr(colon + 1), "' is not a port from 1 to 65535"));
    }
    name = name.substr(0, colon);
  }
  subject.name = std::string(name);
  if (subject.kind.empty() || name.empty() || absl::StrContains(name, "/")) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is not of the form KIND/NAME or KIND/NAME:PORT"));
  }
  return subject;
}

absl::StatusOr<Story> FindStory(const Subject& subject, const Engine& engine) {
  Story story;
  story.policy = FindPolicy(subject, engine);
  if (story.policy != nullptr) {
    AddBackends(subject, engine.TargetsOf(story.policy->policy.key()), story);
  } else {
    AddBackends(subject, NamedBackends(subject, engine), story);
    if (story.backends.empty()) return NotFound(subject, engine);
  }
  story.findings = FindingsOf(story, engine);
  return story;
}

std::vector<std::string> FieldsFrom(const BackendTls& backend, const ObjectKey& policy) {
  std::vector<std::string> out;
  for (const Provenance& one : ProvenanceOf(backend)) {
    if (IsFrom(one.from, policy)) out.push_back(one.field);
  }
  return out;
}

std::optional<Defeat> DefeatOf(const BackendTls& backend, const ObjectKey& policy) {
  for (const Provenance& one : ProvenanceOf(backend)) {
    for (const Loser& loser : one.over) {
      if (IsFrom(loser.source, policy)) return Defeat{one.from, loser.rule};
    }
  }
  return std::nullopt;
}

}  // namespace report
}  // namespace gwpolicy

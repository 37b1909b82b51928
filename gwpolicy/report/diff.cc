#include "gwpolicy/report/diff.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/report/findings.h"

namespace gwpolicy {
namespace report {
namespace {

using Result = std::shared_ptr<const BackendTls>;

// Where the fields of both sides come from; none of a side that is not there.
struct Origins {
  explicit Origins(const BackendChange& change) {
    if (change.before != nullptr) before = ProvenanceOf(*change.before);
    if (change.after != nullptr) after = ProvenanceOf(*change.after);
  }

  std::vector<Provenance> before;
  std::vector<Provenance> after;
};

const Provenance* FindRow(const std::vector<Provenance>& rows, absl::string_view field) {
  const auto at = std::find_if(rows.begin(), rows.end(),
                               [field](const Provenance& row) { return row.field == field; });
  return at == rows.end() ? nullptr : &*at;
}

FieldSide SideOf(const std::vector<Provenance>& rows, absl::string_view field, std::string value) {
  FieldSide side;
  side.value = std::move(value);
  if (const Provenance* row = FindRow(rows, field)) {
    side.from = row->from;
    side.over = row->over;
  }
  return side;
}

bool IsSameObject(const FieldSource& a, const FieldSource& b) {
  return std::tie(a.kind, a.ns, a.name) == std::tie(b.kind, b.ns, b.name);
}

bool IsWeakTls(Protection protection) {
  return protection == Protection::kUnverified || protection == Protection::kNameUnchecked;
}

// --- the backend as a whole ------------------------------------------------------------------

Rule RuleOfAppearing(const BackendTls& backend) {
  if (backend.gateway->empty()) return Rule::kUnroutedAppeared;
  const Protection protection = ProtectionOf(backend);
  if (protection == Protection::kPlaintext) return Rule::kPlaintextAppeared;
  return IsWeakTls(protection) ? Rule::kWeakTlsAppeared : Rule::kProtectedAppeared;
}

// Of two that differ in their mode, or that both fail closed.
Rule RuleOfMode(const BackendTls& before, const BackendTls& after) {
  const Protection from = ProtectionOf(before);
  const Protection to = ProtectionOf(after);
  if (from == Protection::kFailClosed && to == Protection::kFailClosed) {
    return Rule::kOtherReasonToClose;
  }
  if (from == Protection::kFailClosed) {
    if (to == Protection::kPlaintext) return Rule::kClosedToPlaintext;
    return IsWeakTls(to) ? Rule::kClosedToWeakTls : Rule::kClosedToVerified;
  }
  if (to == Protection::kFailClosed) {
    if (from == Protection::kPlaintext) return Rule::kPlaintextToClosed;
    return IsWeakTls(from) ? Rule::kWeakTlsToClosed : Rule::kVerifiedToClosed;
  }
  return to == Protection::kPlaintext ? Rule::kTlsToPlaintext : Rule::kPlaintextToTls;
}

bool IsServed(const BackendTls* backend) {
  return backend != nullptr && !backend->gateway->empty() &&
         backend->port->mode != TlsMode::kFailClosed;
}

// A backend without a Gateway is compared as if there were one, so that manifests without their
// Gateways can be.
Availability AvailabilityOf(const BackendChange& change) {
  bool before = IsServed(change.before.get());
  bool after = IsServed(change.after.get());
  if (change.before != nullptr && change.after != nullptr) {
    before = change.before->port->mode != TlsMode::kFailClosed;
    after = change.after->port->mode != TlsMode::kFailClosed;
  }
  if (before == after) return Availability::kUnchanged;
  return after ? Availability::kGained : Availability::kLost;
}

std::string ModeText(const BackendTls* backend) {
  if (backend == nullptr) return "";
  std::string text(TlsModeName(backend->port->mode));
  if (backend->port->mode == TlsMode::kFailClosed && !backend->port->failure->reason.empty()) {
    absl::StrAppend(&text, " (", backend->port->failure->reason, ")");
  }
  return text;
}

void AddMode(Rule rule, BackendChange& change) {
  FieldChange field;
  field.field = "mode";
  field.rule = rule;
  field.before.value = ModeText(change.before.get());
  field.after.value = ModeText(change.after.get());
  change.fields.push_back(std::move(field));
}

// --- fields ----------------------------------------------------------------------------------

void AddTls(const std::vector<TlsDifference>& differences, const Origins& origins,
            BackendChange& change) {
  for (const TlsDifference& one : differences) {
    FieldChange field;
    field.field = std::string(one.field);
    field.rule = one.rule;
    field.before = SideOf(origins.before, one.field, one.before);
    field.after = SideOf(origins.after, one.field, one.after);
    change.fields.push_back(std::move(field));
  }
}

// The fields of TLS that one side alone has.
void AddTlsOfOneSide(const Origins& origins, BackendChange& change) {
  const bool came = change.after != nullptr && change.after->port->tls != nullptr;
  std::vector<TlsDifference> fields =
      FieldsOf(came ? *change.after->port->tls : *change.before->port->tls);
  if (!came) {
    for (TlsDifference& one : fields) std::swap(one.before, one.after);
  }
  AddTls(fields, origins, change);
}

bool HasField(const BackendChange& change, absl::string_view name) {
  return std::any_of(change.fields.begin(), change.fields.end(),
                     [name](const FieldChange& field) { return field.field == name; });
}

// Fields whose value is the same and comes from another object.
void AddMoved(const Origins& origins, BackendChange& change) {
  for (const Provenance& after : origins.after) {
    const Provenance* before = FindRow(origins.before, after.field);
    if (before == nullptr || IsSameObject(before->from, after.from)) continue;
    if (HasField(change, after.field)) continue;
    FieldChange field;
    field.field = after.field;
    field.rule = Rule::kSourceChanged;
    field.before = {before->value, before->from, before->over};
    field.after = {after.value, after.from, after.over};
    change.fields.push_back(std::move(field));
  }
}

// Where somebody wrote that requests go; EndpointSlices come and go by themselves.
std::string EndpointsText(const BackendTls& backend) {
  const bool by_slices = backend.port->settings->origin == EndpointOrigin::kEndpointSlices;
  if (by_slices) return "of its EndpointSlices";
  return absl::StrJoin(backend.port->Endpoints(), ", ",
                       [](std::string* out, const Endpoint& endpoint) {
                         absl::StrAppend(out, endpoint.host, ":", endpoint.port);
                       });
}

void AddSettings(const Origins& origins, BackendChange& change) {
  const BackendSettings* before = &*change.before->port->settings;
  const BackendSettings* after = &*change.after->port->settings;
  if (before == after) return;
  const auto add = [&](absl::string_view name, std::string from, std::string to) {
    if (from == to) return;
    FieldChange field;
    field.field = std::string(name);
    field.rule = Rule::kSettingChanged;
    field.before = SideOf(origins.before, name, std::move(from));
    field.after = SideOf(origins.after, name, std::move(to));
    change.fields.push_back(std::move(field));
  };
  add("protocol", std::string(ProtocolName(before->protocol)),
      std::string(ProtocolName(after->protocol)));
  add("proxyProtocol", std::string(ProxyProtocolName(before->traffic->proxy_protocol)),
      std::string(ProxyProtocolName(after->traffic->proxy_protocol)));
  add("endpoints", EndpointsText(*change.before), EndpointsText(*change.after));
}

void AddFieldsOfBoth(BackendChange& change) {
  const PortTls& before = *change.before->port;
  const PortTls& after = *change.after->port;
  const Origins origins(change);
  const bool both_closed = before.mode == TlsMode::kFailClosed && after.mode == before.mode;
  if (before.mode != after.mode ||
      (both_closed && (before.failure->code != after.failure->code ||
                       before.failure->reason != after.failure->reason))) {
    AddMode(RuleOfMode(*change.before, *change.after), change);
  }
  if (before.tls != nullptr && after.tls != nullptr) {
    if (before.tls != after.tls) AddTls(CompareTls(*before.tls, *after.tls), origins, change);
    AddMoved(origins, change);
  } else if (before.tls != nullptr || after.tls != nullptr) {
    AddTlsOfOneSide(origins, change);
  }
  AddSettings(origins, change);
}

void Judge(BackendChange& change) {
  for (Effect effect : {Effect::kLoosened, Effect::kTightened, Effect::kNeutral}) {
    for (const FieldChange& field : change.fields) {
      const bool told =
          std::find(change.rules.begin(), change.rules.end(), field.rule) != change.rules.end();
      const bool worth_telling = field.rule != Rule::kFieldOfNewTls;
      if (InfoOf(field.rule).effect == effect && worth_telling && !told) {
        change.rules.push_back(field.rule);
      }
    }
  }
  const auto has = [&change](Effect effect) {
    return std::any_of(change.rules.begin(), change.rules.end(),
                       [effect](Rule rule) { return InfoOf(rule).effect == effect; });
  };
  change.effect = has(Effect::kLoosened)    ? Effect::kLoosened
                  : has(Effect::kTightened) ? Effect::kTightened
                                            : Effect::kNeutral;
  change.mixed = has(Effect::kLoosened) && has(Effect::kTightened);
  change.availability = AvailabilityOf(change);
}

BackendChange Compared(Result before, Result after) {
  BackendChange change;
  change.before = std::move(before);
  change.after = std::move(after);
  if (change.before != nullptr && change.after != nullptr) {
    AddFieldsOfBoth(change);
  } else {
    AddMode(change.before == nullptr ? RuleOfAppearing(*change.after) : Rule::kDisappeared, change);
    if (change.any().port->tls != nullptr) AddTlsOfOneSide(Origins(change), change);
  }
  Judge(change);
  return change;
}

// Whether the backend port of `unrouted` has entries at all among `sorted`.
bool HasPort(absl::Span<const Result> sorted, const BackendTls& unrouted) {
  const auto at = std::lower_bound(
      sorted.begin(), sorted.end(), unrouted.port->backend,
      [](const Result& one, const BackendPortId& id) { return one->port->backend < id; });
  return at != sorted.end() && (*at)->port->backend == unrouted.port->backend;
}

// --- documents -------------------------------------------------------------------------------

Value SummaryOf(const BackendTls* backend) {
  if (backend == nullptr) return Value();
  Value out = Value::MakeObject();
  out.Set("mode", TlsModeName(backend->port->mode));
  out.Set("protection", ProtectionName(ProtectionOf(*backend)));
  out.Set("profile", backend->gateway->profile.view());
  out.Set("reason", backend->port->failure->reason.view());
  out.Set("message", backend->port->failure->message.view());
  return out;
}

Value SideValue(const FieldSide& side) {
  Value out = Value::MakeObject();
  out.Set("value", side.value);
  out.Set("from", side.from.has_value() ? SourceValue(*side.from) : Value());
  out.Set("over", LoserList(side.over));
  return out;
}

Value FindingList(absl::Span<const Finding> findings) {
  Value out = Value::MakeList();
  for (const Finding& finding : findings) out.Append(FindingValue(finding));
  return out;
}

Value CountValue(size_t n) { return Value(static_cast<int64_t>(n)); }

// --- findings --------------------------------------------------------------------------------

using Name = std::tuple<absl::string_view, absl::string_view, absl::string_view>;  // kind, ns, name

Name NameOfSource(const FieldSource& source) { return {source.kind, source.ns, source.name}; }

// Where the reader should look: the field that loosens and where it comes from, else the backend.
std::vector<FieldSource> PlacesOf(const BackendChange& change) {
  std::vector<FieldSource> out;
  for (const FieldChange& field : change.fields) {
    if (InfoOf(field.rule).effect == Effect::kLoosened && field.after.from.has_value()) {
      out.push_back(*field.after.from);
    }
  }
  const BackendPortId& id = change.any().port->backend;
  out.push_back({id.kind, id.ns, id.name, ""});
  return out;
}

std::string LooseningText(const BackendChange& change) {
  std::vector<std::string> reasons;
  for (const FieldChange& field : change.fields) {
    const RuleInfo& info = InfoOf(field.rule);
    if (info.effect != Effect::kLoosened) continue;
    reasons.push_back(absl::StrCat(field.field, " was ",
                                   field.before.value.empty() ? "nothing" : field.before.value,
                                   " and is ", field.after.value, ": ", info.reason));
  }
  const BackendTls& any = change.any();
  return absl::StrCat(BackendText(any.port->backend), " through ", GatewayText(*any.gateway),
                      " is loosened: ", absl::StrJoin(reasons, "; "),
                      change.mixed ? "; something else is tightened beside it" : "");
}

}  // namespace

absl::string_view AvailabilityName(Availability availability) {
  switch (availability) {
    case Availability::kUnchanged:
      return "unchanged";
    case Availability::kGained:
      return "gained";
    case Availability::kLost:
      return "lost";
  }
  return "unchanged";
}

size_t PostureDiff::Count(Effect effect) const {
  return static_cast<size_t>(
      std::count_if(changes.begin(), changes.end(),
                    [effect](const BackendChange& change) { return change.effect == effect; }));
}

PostureDiff Diff(absl::Span<const Result> before, absl::Span<const Result> after) {
  PostureDiff diff;
  const auto add = [&](Result old_one, Result new_one) {
    if (old_one != nullptr && new_one == old_one) {
      ++diff.unchanged;
      return;
    }
    // It only got a route, or lost its last: its other entries say so.
    if (new_one == nullptr && old_one->gateway->empty() && HasPort(after, *old_one)) return;
    if (old_one == nullptr && new_one->gateway->empty() && HasPort(before, *new_one)) return;
    BackendChange change = Compared(std::move(old_one), std::move(new_one));
    if (change.fields.empty()) {
      ++diff.unchanged;
    } else {
      diff.changes.push_back(std::move(change));
    }
  };
  size_t i = 0;
  size_t j = 0;
  while (i < before.size() || j < after.size()) {
    if (j == after.size() || (i < before.size() && ResultOrder(*before[i], *after[j]))) {
      add(before[i++], nullptr);
    } else if (i == before.size() || ResultOrder(*after[j], *before[i])) {
      add(nullptr, after[j++]);
    } else {
      add(before[i++], after[j++]);
    }
  }
  return diff;
}

std::vector<Finding> FindingsBeyond(absl::Span<const Finding> before,
                                    absl::Span<const Finding> after) {
  using Key = std::tuple<Code, const ObjectRef&, const std::string&, const std::string&>;
  const auto key = [](const Finding& one) {
    return Key(one.code, one.object, one.field_path, one.message);
  };
  const auto less = [&key](const Finding* a, const Finding* b) { return key(*a) < key(*b); };
  std::set<const Finding*, decltype(less)> known(less);
  for (const Finding& one : before) known.insert(&one);
  std::vector<Finding> out;
  for (const Finding& one : after) {
    if (known.find(&one) == known.end()) out.push_back(one);
  }
  return SortedUnique(std::move(out));
}

Value ChangeValue(const BackendChange& change) {
  Value reasons = Value::MakeList();
  for (Rule rule : change.rules) reasons.Append(InfoOf(rule).reason);
  Value fields = Value::MakeList();
  for (const FieldChange& field : change.fields) {
    const RuleInfo& info = InfoOf(field.rule);
    Value one = Value::MakeObject();
    one.Set("field", field.field);
    one.Set("effect", EffectName(info.effect));
    one.Set("reason", info.reason);
    one.Set("before", SideValue(field.before));
    one.Set("after", SideValue(field.after));
    fields.Append(std::move(one));
  }
  const BackendTls& any = change.any();
  Value out = Value::MakeObject();
  out.Set("gateway", GatewayValue(*any.gateway));
  out.Set("backend", BackendIdValue(any.port->backend));
  out.Set("change", change.before == nullptr  ? "appeared"
                    : change.after == nullptr ? "disappeared"
                                              : "changed");
  out.Set("effect", EffectName(change.effect));
  out.Set("mixed", change.mixed);
  out.Set("availability", AvailabilityName(change.availability));
  out.Set("reasons", std::move(reasons));
  out.Set("before", SummaryOf(change.before.get()));
  out.Set("after", SummaryOf(change.after.get()));
  out.Set("fields", std::move(fields));
  return out;
}

Value DiffSummary(const PostureDiff& diff) {
  Value out = Value::MakeObject();
  for (Effect effect : {Effect::kLoosened, Effect::kTightened, Effect::kNeutral}) {
    out.Set(EffectName(effect), CountValue(diff.Count(effect)));
  }
  out.Set("unchanged", CountValue(diff.unchanged));
  out.Set("newFindings", CountValue(diff.new_findings.size()));
  out.Set("goneFindings", CountValue(diff.gone_findings.size()));
  return out;
}

Value DiffDocument(const PostureDiff& diff) {
  Value changes = Value::MakeList();
  for (const BackendChange& change : diff.changes) changes.Append(ChangeValue(change));
  Value out = Value::MakeObject();
  out.Set("apiVersion", kApiVersion);
  out.Set("kind", "PostureDiff");
  out.Set("changes", std::move(changes));
  out.Set("newFindings", FindingList(diff.new_findings));
  out.Set("goneFindings", FindingList(diff.gone_findings));
  out.Set("summary", DiffSummary(diff));
  return out;
}

std::vector<Finding> DiffFindings(const PostureDiff& diff, absl::Span<const Object> objects) {
  std::vector<std::vector<FieldSource>> places;  // one list a change
  std::map<Name, const Object*> wanted;
  for (const BackendChange& change : diff.changes) {
    places.push_back(change.effect == Effect::kLoosened ? PlacesOf(change)
                                                        : std::vector<FieldSource>());
    for (const FieldSource& place : places.back()) wanted[NameOfSource(place)] = nullptr;
  }
  for (const Object& object : objects) {
    const auto at = wanted.find(Name(object.kind_name(), object.meta().ns, object.meta().name));
    if (at != wanted.end()) at->second = &object;
  }
  FindingSink sink;
  for (size_t i = 0; i < places.size(); ++i) {
    if (places[i].empty()) continue;
    const FieldSource* place = &places[i].back();
    for (const FieldSource& one : places[i]) {
      if (wanted[NameOfSource(one)] == nullptr) continue;
      place = &one;
      break;
    }
    const Object* object = wanted[NameOfSource(*place)];
    sink.SetObject(
        object != nullptr ? object->ref() : ObjectRef{"", place->kind, place->ns, place->name},
        object != nullptr ? object->source() : nullptr);
    sink.AddAt(place->field_path, Code::kPostureLoosened, LooseningText(diff.changes[i]));
  }
  std::vector<Finding> out = sink.Take();
  out.insert(out.end(), diff.new_findings.begin(), diff.new_findings.end());
  return SortedUnique(std::move(out));
}

}  // namespace report
}  // namespace gwpolicy

#include "gwpolicy/report/explain_dot.h"

#include <cstddef>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/resolve/policy_key.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {
namespace report {
namespace {

std::string Quoted(absl::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    if (c == '\n') {
      absl::StrAppend(&out, "\\n");
    } else {
      out.push_back(c);
    }
  }
  return absl::StrCat(out, "\"");
}

absl::string_view ColourOf(TlsMode mode) {
  switch (mode) {
    case TlsMode::kFailClosed:
      return "#f7c6c5";
    case TlsMode::kTls:
      return "#cfe8cf";
    case TlsMode::kPlaintext:
      return "#fbe7b2";
  }
  return "#f7c6c5";
}

// How the line from a policy to a backend is drawn: bold decides, dashed lost.
struct Line {
  absl::string_view style;
  std::string label;
};
Line LineOf(const BackendTls& backend, const PolicyOutcome& effect) {
  const ObjectKey policy = KeyOfPolicy(effect.policy());
  switch (effect.fate) {
    case Fate::kWon:
    case Fate::kMerged: {
      if (!FieldsFrom(backend, policy).empty()) return {"bold", effect.section_name};
      const std::optional<Defeat> defeat = DefeatOf(backend, policy);
      if (defeat.has_value()) return {"dashed", defeat->rule};
      return {backend.port->mode == TlsMode::kFailClosed ? "bold" : "solid", effect.section_name};
    }
    case Fate::kNotRead:
      return {"dashed", absl::StrCat("not read by ", backend.gateway->profile)};
    case Fate::kLost:
    case Fate::kShadowed:
    case Fate::kElsewhere:
      return {"dashed", std::string(RuleText(effect.rule))};
  }
  return {"dashed", std::string(RuleText(effect.rule))};
}

void DrawBackend(const BackendTls& backend, std::string* out) {
  const std::string place =
      Quoted(absl::StrCat(BackendText(backend.port->backend), "\nthrough ",
                          GatewayText(*backend.gateway), "\n", TlsModeName(backend.port->mode)));
  absl::StrAppend(out, "  ", place, " [shape=box, style=\"rounded,filled\", fillcolor=\"",
                  ColourOf(backend.port->mode), "\"];\n");
  for (const FieldSource& route : backend.routes) {
    absl::StrAppend(out, "  ", Quoted(LabelOf(route)), " -> ", place, ";\n");
  }
  for (const PolicyOutcome& effect : backend.port->policies) {
    if (effect.fate == Fate::kElsewhere) continue;
    const std::string policy = Quoted(
        absl::StrCat(effect.policy().kind, "\n", effect.policy().ns, "/", effect.policy().name));
    const Line line = LineOf(backend, effect);
    absl::StrAppend(out, "  ", policy, " [shape=note, style=", line.style, "];\n");
    // Drawn from left to right, so that policies stand on the right of what they aim at.
    absl::StrAppend(out, "  ", place, " -> ", policy, " [dir=back, style=", line.style,
                    ", label=", Quoted(line.label), "];\n");
  }
}

}  // namespace

std::string ExplainDot(const Story& story) {
  std::string out =
      "digraph gwpolicy {\n"
      "  rankdir=LR;\n"
      "  node [shape=ellipse, fontname=\"Helvetica\"];\n"
      "  edge [fontname=\"Helvetica\", fontsize=10];\n";
  for (const auto& backend : story.backends) DrawBackend(*backend, &out);
  return absl::StrCat(out, "}\n");
}

}  // namespace report
}  // namespace gwpolicy

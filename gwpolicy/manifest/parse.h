#ifndef GWPOLICY_MANIFEST_PARSE_H_
#define GWPOLICY_MANIFEST_PARSE_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/source_position.h"
#include "gwpolicy/manifest/node.h"
#include "gwpolicy/manifest/read_options.h"

// Texts of YAML or JSON to trees, document by document.
namespace gwpolicy::manifest {

// What kept a part of the text from being read.
struct Problem {
  Code code = Code::kReadSyntax;
  SourcePosition position;
  std::string message;
};

// Called with each document that could be parsed. The tree is reused afterwards.
using DocumentFn = absl::FunctionRef<void(Tree& tree)>;
using ProblemFn = absl::FunctionRef<void(Problem problem)>;

// Reads what begins at `at` in another way than as a tree and moves `at` and `position` behind it,
// or declines and changes neither.
using DirectFn =
    absl::FunctionRef<bool(absl::string_view text, size_t& at, SourcePosition& position)>;
inline bool NeverDirectly(absl::string_view, size_t&, SourcePosition&) { return false; }

// Whether plain documents go past libyaml and simdjson (plain_yaml.h, plain_json.h). The other way
// is there to compare with.
enum class ParseWay : uint8_t { kShort, kLibrary };

// Parse all documents of a text. A document that is broken gives a problem, and the next ones are
// still read. Neither keeps a reference to `text`.
void ParseYaml(absl::string_view text, const ReadOptions& options, DocumentFn on_document,
               ProblemFn on_problem, ParseWay way = ParseWay::kShort);
// Objects may follow each other, with nothing but white space or lines of "---" between them. Each
// is offered to `read_directly` first.
void ParseJson(absl::string_view text, const ReadOptions& options, DocumentFn on_document,
               ProblemFn on_problem, ParseWay way = ParseWay::kShort,
               DirectFn read_directly = NeverDirectly);

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_MANIFEST_PARSE_H_

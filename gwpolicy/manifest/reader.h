#ifndef GWPOLICY_MANIFEST_READER_H_
#define GWPOLICY_MANIFEST_READER_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/manifest/read_options.h"

// Manifests to objects: YAML or JSON, several documents in a text, `List`s, files, folders and
// globs. Bad input is a finding with file, line and column; every good object beside it is loaded.
// All functions may be called from any thread.
namespace gwpolicy::manifest {

struct LoadResult {
  std::vector<Object> objects;    // in the order of files and, within one, of the text
  std::vector<Finding> findings;  // likewise
};

// `file_name` is what findings and positions call the text, "-" for standard input. A text that
// begins with a brace or bracket, or whose name ends in ".json", is read as JSON. Text that is
// compressed with gzip is decompressed first.
LoadResult ReadText(absl::string_view text, std::string file_name,
                    const ReadOptions& options = ReadOptions());

// The same, handing over each object as soon as it is read, so that a text of any length needs no
// more memory than what `on_object` keeps.
std::vector<Finding> ForEachObject(absl::string_view text, std::string file_name,
                                   absl::FunctionRef<void(Object object)> on_object,
                                   const ReadOptions& options = ReadOptions());

// A file, a folder (with all below it: *.yaml, *.yml, *.json, and the same with .gz, in the order
// of their paths), or a glob with *, ? and []. What cannot be opened is a finding `Read/NotFound`.
LoadResult ReadPath(const std::string& path, const ReadOptions& options = ReadOptions());
// The same for several, in their order. The files are shared out among threads where there is
// enough to read.
LoadResult ReadPaths(absl::Span<const std::string> paths,
                     const ReadOptions& options = ReadOptions());

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_MANIFEST_READER_H_

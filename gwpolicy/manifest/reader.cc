#include "gwpolicy/manifest/reader.h"

#include <glob.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/manifest/decode.h"
#include "gwpolicy/manifest/direct_json.h"
#include "gwpolicy/manifest/gzip.h"
#include "gwpolicy/manifest/node.h"
#include "gwpolicy/manifest/parse.h"
#include "gwpolicy/manifest/separator.h"
#include "gwpolicy/manifest/template_syntax.h"

namespace gwpolicy::manifest {
namespace {

namespace fs = std::filesystem;

// Lists of lists are not nested more deeply than this by anybody.
constexpr int kMaxListDepth = 4;

// A list of objects: "List", or "HTTPRouteList" and the like, as an API server answers.
bool IsList(const Tree& tree, NodeId node, absl::string_view kind) {
  if (!absl::EndsWith(kind, "List")) return false;
  const NodeId items = tree.Find(node, "items");
  return items != 0 &&
         (tree.at(items).kind == NodeKind::kSequence || tree.at(items).kind == NodeKind::kNull);
}

class TextReader {
 public:
  TextReader(std::string file, const ReadOptions& options,
             absl::FunctionRef<void(Object object)> on_object)
      : file_(std::move(file)), options_(options), on_object_(on_object) {
    places_.file = file_;
    sink_.SetFile(file_);
  }

  std::vector<Finding> Read(absl::string_view text) {
    ReadAny(text);
    return sink_.Take();
  }

 private:
  void ReadAny(absl::string_view text) {
    if (!IsGzip(text)) return ReadPlain(text);
    const absl::StatusOr<std::string> plain = Gunzip(text, options_.max_bytes);
    if (plain.ok()) {
      ReadPlain(*plain);
    } else if (absl::IsResourceExhausted(plain.status())) {
      sink_.Add(Code::kReadTooLarge,
                absl::StrCat("Decompressed, the input has more bytes than the limit of ",
                             options_.max_bytes, "."));
    } else {
      sink_.Add(Code::kReadBinary,
                absl::StrCat("The input is no whole gzip file: ", plain.status().message(), "."));
    }
  }

  void ReadPlain(absl::string_view text) {
    templates_.emplace(text);
    if (text.size() > options_.max_bytes) {
      sink_.Add(Code::kReadTooLarge,
                absl::StrCat("The input has ", text.size(), " bytes; the limit is ",
                             options_.max_bytes, "."));
      return;
    }
    // The byte that no text has; UTF-16 has it too, and no client of Kubernetes takes that.
    if (text.find('\0') != absl::string_view::npos) {
      sink_.Add(Code::kReadBinary, "The input is not text: it holds NUL bytes.");
      return;
    }
    Parse(text);
    if (!had_document_ && sink_.findings().empty()) {
      sink_.Add(Code::kReadEmpty, "The input holds no object.");
    }
  }

  void Parse(absl::string_view text) {
    const auto on_document = [this](Tree& tree) { TakeDocument(tree); };
    const auto on_problem = [this](Problem problem) { Report(std::move(problem)); };
    const auto read_directly = [this](absl::string_view all, size_t& at, SourcePosition& position) {
      return TakeDirectly(all, at, position);
    };

    const size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    const bool looks_like_json =
        first != absl::string_view::npos && (text[first] == '{' || text[first] == '[');
    if (absl::EndsWith(file_, ".json")) {
      ParseJson(text, options_, on_document, on_problem, ParseWay::kShort, read_directly);
      return;
    }
    if (!looks_like_json) {
      ParseYaml(text, options_, on_document, on_problem);
      return;
    }
    // Documents of both kinds may stand side by side; YAML reads either.
    if (FindSeparator(text, 0) < text.size() && !IsAllJson(text)) {
      ParseYaml(text, options_, on_document, on_problem);
      return;
    }
    // YAML may begin like JSON: "{apiVersion: v1}". It is tried when the first value is no JSON;
    // the problems that are told are those of JSON unless YAML finds an object.
    std::vector<Problem> problems;
    ParseJson(
        text, options_, on_document,
        [&problems](Problem problem) { problems.push_back(std::move(problem)); }, ParseWay::kShort,
        read_directly);
    const bool maybe_yaml =
        !had_document_ && !problems.empty() && problems.front().code == Code::kReadSyntax;
    if (maybe_yaml) {
      std::vector<Problem> yaml_problems;
      ParseYaml(text, options_, on_document,
                [&yaml_problems](Problem problem) { yaml_problems.push_back(std::move(problem)); });
      const bool is_limit = !yaml_problems.empty() && yaml_problems[0].code != Code::kReadSyntax;
      if (had_document_ || is_limit) problems = std::move(yaml_problems);
    }
    for (Problem& problem : problems) Report(std::move(problem));
  }

  bool IsAllJson(absl::string_view text) const {
    bool all = true;
    ParseJson(
        text, options_, [](Tree&) {},
        [&all](const Problem& problem) { all = all && problem.code != Code::kReadSyntax; });
    return all;
  }

  void Report(Problem problem) {
    sink_.SetFile(file_);
    if (problem.code == Code::kReadSyntax) {
      const auto braces = templates_->FindInDocument(problem.position.line);
      if (braces.has_value()) {
        // Once for a document, whatever else does not fit in it.
        if (braces->line == reported_template_.line &&
            braces->column == reported_template_.column) {
          return;
        }
        reported_template_ = *braces;
        problem = {Code::kReadTemplate, *braces,
                   absl::StrCat("The document is a template: what stands in {{ }} has to be "
                                "rendered first, as by `helm template`. Read as it is: ",
                                problem.message)};
      }
    }
    sink_.AddAt(problem.position, problem.code, std::move(problem.message));
  }

  // The document can be read all the same, and perhaps means it.
  void ReportTemplate(const Node& node) {
    const bool in_key = absl::StrContains(node.key, "{{");
    sink_.SetFile(file_);
    sink_.AddAt(templates_->FindBehind(in_key ? node.key_position : node.position),
                Code::kReadTemplate, Level::kWarning,
                "What stands in {{ }} is kept as it is; if this is a template, it has to be "
                "rendered first, as by `helm template`.");
  }

  bool TakeDirectly(absl::string_view text, size_t& at, SourcePosition& position) {
    Object object;
    if (!ReadJsonDirectly(text, options_, places_, at, position, object)) return false;
    had_document_ = true;
    on_object_(std::move(object));
    return true;
  }

  void TakeDocument(Tree& tree) {
    if (tree.at(tree.root).kind == NodeKind::kNull) return;  // nothing between two separators
    had_document_ = true;
    const NodeId with_braces = templates_->any() ? FindTemplate(tree) : 0;
    if (with_braces != 0) ReportTemplate(tree.at(with_braces));
    TakeObject(tree, tree.root, "", "", 0);
  }

  void TakeObject(Tree& tree, NodeId node, absl::string_view default_api_version,
                  absl::string_view default_kind, int list_depth) {
    const NodeId kind_node = tree.Find(node, "kind");
    const NodeId version_node = tree.Find(node, "apiVersion");
    const auto text_of = [&tree](NodeId id, absl::string_view otherwise) {
      return id != 0 && tree.at(id).kind == NodeKind::kString ? tree.at(id).text : otherwise;
    };
    const absl::string_view kind = text_of(kind_node, default_kind);
    const absl::string_view api_version = text_of(version_node, default_api_version);
    if (kind.empty() || api_version.empty()) {
      sink_.SetFile(file_);
      sink_.AddAt(tree.at(node).position, Code::kReadNoObject,
                  absl::StrCat("The document is not a Kubernetes object: it has no ",
                               api_version.empty() && kind.empty() ? "apiVersion and kind"
                               : kind.empty()                      ? "kind"
                                                                   : "apiVersion",
                               "."));
      return;
    }
    if (list_depth < kMaxListDepth && IsList(tree, node, kind)) {
      // The items of a typed list need not repeat what they are.
      const absl::string_view item_kind = absl::StripSuffix(kind, "List");
      const absl::string_view item_version = item_kind.empty() ? "" : api_version;
      const NodeId items = tree.Find(node, "items");
      for (NodeId item = tree.at(items).first_child; item != 0; item = tree.at(item).next_sibling) {
        TakeObject(tree, item, item_version, item_kind, list_depth + 1);
      }
      return;
    }
    Object object =
        DecodeObject(tree, node, {default_api_version, default_kind, options_.default_namespace},
                     places_, sink_);
    sink_.SetFile(file_);
    if (!object.empty()) on_object_(std::move(object));
  }

  const std::string file_;
  const ReadOptions& options_;
  const absl::FunctionRef<void(Object object)> on_object_;
  ObjectPlaces places_;
  FindingSink sink_;
  bool had_document_ = false;
  std::optional<TemplateFinder> templates_;  // of the text that is being read
  SourcePosition reported_template_;
};

LoadResult Failure(const std::string& path, Code code, std::string message) {
  FindingSink sink;
  sink.SetFile(path);
  sink.Add(code, std::move(message));
  LoadResult result;
  result.findings = sink.Take();
  return result;
}

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

LoadResult ReadFile(const std::string& path, const ReadOptions& options) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);  // not known for a pipe
  if (!error && size > options.max_bytes) {
    return Failure(
        path, Code::kReadTooLarge,
        absl::StrCat("The file has ", size, " bytes; the limit is ", options.max_bytes, "."));
  }
  const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return Failure(path, Code::kReadNotFound, "The file cannot be opened.");
  std::string text;
  if (!error) text.reserve(static_cast<size_t>(size) + 1);
  char buffer[size_t{64} << 10];
  size_t got = 0;
  while (text.size() <= options.max_bytes &&
         (got = std::fread(buffer, 1, sizeof(buffer), file.get())) > 0) {
    text.append(buffer, got);
  }
  if (std::ferror(file.get()) != 0) {
    return Failure(path, Code::kReadNotFound, "The file cannot be read.");
  }
  return ReadText(text, path, options);
}

bool IsManifest(const fs::path& path) {
  const fs::path plain = path.extension() == ".gz" ? path.stem() : path;
  const std::string extension = plain.extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

void AppendTo(LoadResult& all, LoadResult more) {
  std::move(more.objects.begin(), more.objects.end(), std::back_inserter(all.objects));
  std::move(more.findings.begin(), more.findings.end(), std::back_inserter(all.findings));
}

// A file to be read, or what was found instead of one.
struct Task {
  std::string path;
  bool is_in_folder = false;
  LoadResult result;
  bool is_done = false;
};

void AddFailure(const std::string& path, Code code, std::string message, std::vector<Task>& tasks) {
  tasks.push_back({path, false, Failure(path, code, std::move(message)), true});
}

void AddFolder(const std::string& path, std::vector<Task>& tasks) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator at(path, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored) && IsManifest(at->path())) {
      files.push_back(at->path().string());
    }
  }
  if (error) {
    AddFailure(path, Code::kReadNotFound, "The folder cannot be read.", tasks);
  } else if (files.empty()) {
    AddFailure(
        path, Code::kReadEmpty,
        "The folder holds no file that ends in .yaml, .yml or .json, or in one of these and .gz.",
        tasks);
  }
  std::sort(files.begin(), files.end());
  for (std::string& file : files) tasks.push_back({std::move(file), true, {}, false});
}

void Read(Task& task, const ReadOptions& options) {
  if (task.is_done) return;
  task.result = ReadFile(task.path, options);
  task.is_done = true;
  if (!task.is_in_folder) return;
  // A folder may hold other YAML as well, such as the values of a chart.
  for (Finding& finding : task.result.findings) {
    if (finding.code == Code::kReadNoObject || finding.code == Code::kReadEmpty) {
      finding.level = Level::kInfo;
    }
  }
}

// Below this size of all files a thread costs more than it saves.
constexpr uintmax_t kWorthThreads = uintmax_t{256} << 10;

void ReadAll(std::vector<Task>& tasks, const ReadOptions& options) {
  uintmax_t bytes = 0;
  for (const Task& task : tasks) {
    std::error_code error;
    const uintmax_t size = task.is_done ? 0 : fs::file_size(task.path, error);
    if (!error) bytes += size;
  }
  size_t count = options.max_threads != 0 ? options.max_threads
                                          : std::max(1U, std::thread::hardware_concurrency());
  count = bytes < kWorthThreads ? 1 : std::min(count, tasks.size());
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i = next++; i < tasks.size(); i = next++) Read(tasks[i], options);
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < count; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
}

// What a pattern stands for, sorted; empty when nothing matches.
std::vector<std::string> Expand(const std::string& pattern) {
  std::vector<std::string> paths;
  glob_t found = {};
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  std::sort(paths.begin(), paths.end());
  return paths;
}

void AddFileOrFolder(const std::string& path, std::vector<Task>& tasks) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    AddFolder(path, tasks);
  } else {
    tasks.push_back({path, false, {}, false});
  }
}

void AddPath(const std::string& path, std::vector<Task>& tasks) {
  std::error_code error;
  if (fs::exists(path, error)) return AddFileOrFolder(path, tasks);
  if (path.find_first_of("*?[") == std::string::npos) {
    return AddFailure(path, Code::kReadNotFound, "There is no such file or folder.", tasks);
  }
  const std::vector<std::string> matches = Expand(path);
  if (matches.empty()) {
    AddFailure(path, Code::kReadNotFound, "No file matches the pattern.", tasks);
  }
  for (const std::string& match : matches) AddFileOrFolder(match, tasks);
}

}  // namespace

LoadResult ReadText(absl::string_view text, std::string file_name, const ReadOptions& options) {
  LoadResult result;
  result.findings = ForEachObject(
      text, std::move(file_name),
      [&result](Object object) { result.objects.push_back(std::move(object)); }, options);
  result.objects.shrink_to_fit();
  return result;
}

std::vector<Finding> ForEachObject(absl::string_view text, std::string file_name,
                                   absl::FunctionRef<void(Object object)> on_object,
                                   const ReadOptions& options) {
  return TextReader(std::move(file_name), options, on_object).Read(text);
}

LoadResult ReadPath(const std::string& path, const ReadOptions& options) {
  return ReadPaths({path}, options);
}

LoadResult ReadPaths(absl::Span<const std::string> paths, const ReadOptions& options) {
  std::vector<Task> tasks;
  for (const std::string& path : paths) AddPath(path, tasks);
  ReadAll(tasks, options);
  LoadResult all;
  for (Task& task : tasks) AppendTo(all, std::move(task.result));
  return all;
}

}  // namespace gwpolicy::manifest

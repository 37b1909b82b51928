// Times one thing on one file and prints a line of JSON, as the programs do that it is compared
// with:
//
//   measure decode FILE RUNS     reading a text of YAML or JSON, by the file's name; each object is
//                                dropped before the next is read, as the others do
//   measure load FILE RUNS       the same, all objects kept until the end
//   measure validate FILE RUNS   schema, defaults and rules of the Gateway API's objects in it
//   measure memory FILE          what the loaded objects hold
//
// Least wall and CPU time of the runs. bench/compare.py calls it.
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "bench/cpu_time.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/manifest/text_writer.h"
#include "gwpolicy/validate/validate.h"

namespace gwpolicy::bench {
namespace {

int64_t PeakMebibytes() {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss / 1024;
}

int64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t pages = 0;
  statm >> pages >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

int64_t HeldBytes() {
  const struct mallinfo2 now = mallinfo2();
  return static_cast<int64_t>(now.uordblks + now.hblkhd);
}

std::string BaseName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void Print(const Value& report) { std::cout << manifest::ToJson(report) << std::endl; }

// `run` gives the number of objects without and with something wrong.
void Time(const std::string& name, int runs, size_t objects, size_t bytes,
          const std::function<std::pair<size_t, size_t>()>& run) {
  double wall = 1e9;
  double cpu = 1e9;
  std::pair<size_t, size_t> counts;
  for (int i = 0; i < runs; ++i) {
    const double cpu_before = CpuSeconds();
    const auto before = std::chrono::steady_clock::now();
    counts = run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
    wall = std::min(wall, took.count());
    cpu = std::min(cpu, CpuSeconds() - cpu_before);
  }
  const auto count = static_cast<double>(objects);
  Print(Value::MakeObject()
            .Set("name", name)
            .Set("objects", static_cast<int64_t>(objects))
            .Set("bytes", static_cast<int64_t>(bytes))
            .Set("good", static_cast<int64_t>(counts.first))
            .Set("bad", static_cast<int64_t>(counts.second))
            .Set("runs", runs)
            .Set("wall_s", wall)
            .Set("cpu_s", cpu)
            .Set("us_per_object", wall / count * 1e6)
            .Set("objects_per_s", count / wall)
            .Set("mb_per_s", static_cast<double>(bytes) / wall / 1e6)
            .Set("peak_rss_mib", PeakMebibytes()));
}

void Load(const std::string& text, const std::string& file, int runs) {
  const auto load = [&] {
    const manifest::LoadResult result = manifest::ReadText(text, file);
    return std::pair(result.objects.size(), result.findings.size());
  };
  Time("gwpolicy load " + BaseName(file), runs, load().first, text.size(), load);
}

void Decode(const std::string& text, const std::string& file, int runs) {
  const auto decode = [&] {
    size_t good = 0;
    const size_t bad = manifest::ForEachObject(text, file, [&good](Object) { ++good; }).size();
    return std::pair(good, bad);
  };
  Time("gwpolicy decode " + BaseName(file), runs, decode().first, text.size(), decode);
}

void ValidateAll(const std::string& text, const std::string& file, int runs) {
  std::vector<Object> objects = manifest::ReadText(text, file).objects;
  objects.erase(std::remove_if(objects.begin(), objects.end(),
                               [](const Object& object) {
                                 return object.group() != "gateway.networking.k8s.io";
                               }),
                objects.end());
  Time("gwpolicy validate " + BaseName(file), runs, objects.size(), 0, [&] {
    std::pair<size_t, size_t> counts;
    for (const Object& object : objects) {
      ++(Validate(object).empty() ? counts.first : counts.second);
    }
    return counts;
  });
}

void Memory(const std::string& text, const std::string& file) {
  // What is made once, tables and the like, is not the fleet's.
  manifest::ReadText(text.substr(0, text.find("\n---\n", text.size() / 100) + 1), file);
  const int64_t held_before = HeldBytes();
  const int64_t resident_before = ResidentBytes();
  const manifest::LoadResult result = manifest::ReadText(text, file);
  Print(Value::MakeObject()
            .Set("name", "gwpolicy memory")
            .Set("objects", static_cast<int64_t>(result.objects.size()))
            .Set("bytes", static_cast<int64_t>(text.size()))
            .Set("held_bytes", HeldBytes() - held_before)
            .Set("resident_bytes", ResidentBytes() - resident_before)
            .Set("peak_rss_mib", PeakMebibytes()));
}

int Main(int argc, char** argv) {
  const std::string mode = argc > 2 ? argv[1] : "";
  const int runs = argc > 3 ? std::atoi(argv[3]) : 1;
  if (mode.empty() || runs < 1) {
    std::cerr << "usage: measure decode|load|validate|memory FILE [RUNS]\n";
    return 2;
  }
  const std::string file = argv[2];
  std::ifstream stream(file, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  if (text.empty()) {
    std::cerr << "measure: " << file << " cannot be read\n";
    return 2;
  }
  if (mode == "decode") {
    Decode(text, file, runs);
  } else if (mode == "load") {
    Load(text, file, runs);
  } else if (mode == "validate") {
    ValidateAll(text, file, runs);
  } else if (mode == "memory") {
    Memory(text, file);
  } else {
    std::cerr << "measure: no mode '" << mode << "'\n";
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace gwpolicy::bench

int main(int argc, char** argv) { return gwpolicy::bench::Main(argc, argv); }

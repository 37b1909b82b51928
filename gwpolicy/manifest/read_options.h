#ifndef GWPOLICY_MANIFEST_READ_OPTIONS_H_
#define GWPOLICY_MANIFEST_READ_OPTIONS_H_

#include <cstddef>
#include <string>

namespace gwpolicy::manifest {

// How to read. The limits keep hostile input from using up time, memory or the stack; what is
// beyond one is a finding, and everything else of the input is still read.
struct ReadOptions {
  // The namespace of objects that name none, of kinds that have namespaces, as `kubectl -n` gives
  // it; "" leaves them without. Kinds that are not known are left as they are.
  std::string default_namespace;
  size_t max_bytes = size_t{64} << 20;  // of one file or text, and decompressed
  int max_depth = 100;                  // of nested lists and mappings
  size_t max_alias_nodes = 100000;      // made by aliases and merge keys in one document
  size_t max_nodes = 4000000;           // of one document
  size_t max_documents = 1000000;       // of one file or text
  size_t max_threads = 0;               // that read files at once; 0: as many as there are cores
};

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_MANIFEST_READ_OPTIONS_H_

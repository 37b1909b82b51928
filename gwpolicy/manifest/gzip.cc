#include "gwpolicy/manifest/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace gwpolicy::manifest {

bool IsGzip(absl::string_view bytes) { return bytes.substr(0, 2) == "\x1F\x8B"; }

absl::StatusOr<std::string> Gunzip(absl::string_view bytes, size_t max_bytes) {
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  z_stream stream = {};
  if (inflateInit2(&stream, kGzipOnly) != Z_OK) {
    return absl::ResourceExhaustedError("no memory to decompress");
  }
  const auto end = absl::MakeCleanup([&stream] { inflateEnd(&stream); });
  std::string text;
  char piece[size_t{64} << 10];
  int state = Z_OK;
  while (!bytes.empty() || stream.avail_in > 0) {
    if (state == Z_STREAM_END) inflateReset(&stream);  // another stream follows
    if (stream.avail_in == 0) {
      const size_t next = std::min<size_t>(bytes.size(), std::numeric_limits<uInt>::max());
      // zlib does not write to what it reads.
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
      stream.avail_in = static_cast<uInt>(next);
      bytes.remove_prefix(next);
    }
    do {
      stream.next_out = reinterpret_cast<Bytef*>(piece);
      stream.avail_out = sizeof(piece);
      state = inflate(&stream, Z_NO_FLUSH);
      if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) {
        return absl::InvalidArgumentError("the compressed data is damaged");
      }
      const size_t got = sizeof(piece) - stream.avail_out;
      if (got > max_bytes - text.size()) {
        return absl::ResourceExhaustedError(absl::StrCat("more than ", max_bytes, " bytes"));
      }
      text.append(piece, got);
    } while (stream.avail_out == 0 && state == Z_OK);
  }
  if (state != Z_STREAM_END) return absl::InvalidArgumentError("the compressed data is cut");
  return text;
}

}  // namespace gwpolicy::manifest

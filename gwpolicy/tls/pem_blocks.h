#ifndef GWPOLICY_TLS_PEM_BLOCKS_H_
#define GWPOLICY_TLS_PEM_BLOCKS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// The blocks of a PEM text and where they stand. Private to this layer; thread-safe.
namespace gwpolicy {
namespace tls {

// A `-----BEGIN label-----` seen in a text, whether or not any reader takes it.
struct PemMark {
  absl::string_view label;  // "" where the line does not end in five dashes
  int line = 0;             // from 1
  size_t offset = 0;        // of the first dash
  bool at_line_start = false;
  bool inside_block = false;  // an earlier block has not ended yet
};

// Every mark of `text`, in order. The labels point into `text`.
std::vector<PemMark> ScanPem(absl::string_view text);

// Whether a block of this label holds a private key.
bool IsPrivateKeyLabel(absl::string_view label);

struct GoPemBlock {
  std::string label;
  bool has_headers = false;
  std::string bytes;
  int line = 0;  // of its BEGIN
};

// The blocks that Go's encoding/pem finds (golang/go src/encoding/pem/pem.go `Decode`, called until
// it finds no more): damaged ones are passed over.
std::vector<GoPemBlock> ReadPemAsGo(absl::string_view text);

// A CERTIFICATE block as all tools write it.
struct PlainBlock {
  std::string der;
  int line = 0;  // of its BEGIN
};

// The blocks of a text that has no others: 64 columns of base64 a line, padded, and between blocks
// only lines without a dash. Nothing for any other text, since readers differ in what they make of
// it; and of this they all make the same. For certificates alone: unlike BoringSSL's reader, which
// takes several times as long, it does not take equal time for each character.
std::optional<std::vector<PlainBlock>> ReadPlainPem(absl::string_view text);

// The lines, from 1, at which text begins that is the base64 of a certificate and stands in no
// block, so that no reader sees it.
std::vector<int> ScanLooseBase64(absl::string_view text);

// Base64 with blanks and line ends anywhere, padding required; nothing where it is anything else.
std::optional<std::string> DecodeBase64(absl::string_view text);

// One PEM block of 64 columns.
std::string EncodePem(absl::string_view label, absl::string_view bytes);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_PEM_BLOCKS_H_

// Texts that are damaged in every way must never do more than give findings.
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/manifest/text_writer.h"

namespace gwpolicy::manifest {
namespace {

constexpr char kYaml[] = R"(# Everything that has a shape of its own.
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: &meta
  name: web
  creationTimestamp: 2026-01-01T00:00:00Z
  labels: {a: "b", c: 'd'}
spec:
  hostnames: [a.com, "*.b.com"]
  rules:
  - matches:
    - path: {type: Exact, value: /a}
    backendRefs:
    - name: web
      port: 0x50
      weight: 1_0
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Secret
  metadata: &m {name: s}
  data: {ca.crt: aGVsbG8=}
  stringData:
    text: |
      one
      two
- {apiVersion: v1, kind: ConfigMap, metadata: {<<: *m, namespace: shop}, data: {k: ~}}
)";

constexpr char kJson[] = R"({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
  "spec": {"ports": [{"port": 8.0e1, "targetPort": "x\u00e9\n"}, {"port": 443, "name": null}],
           "publishNotReadyAddresses": true, "selector": {"a": "b"}}}
)";

// Pieces that mean something to a parser.
const std::vector<std::string>& Pieces() {
  static const auto* const kPieces =
      new std::vector<std::string>{"{",     "}",     "[",      "]",
                                   ":",     ": ",    "- ",     "\n",
                                   "\t",    "\"",    "'",      "#",
                                   "&a ",   "*m",    "<<: ",   "---\n",
                                   "...\n", "|\n",   ">\n",    "!!binary ",
                                   "? ",    "%",     "\\u00",  "\\",
                                   "~",     "1e999", "-",      "\xEF\xBB\xBF",
                                   "\xFF",  ",",     "kind: ", std::string(1, '\0')};
  return *kPieces;
}

std::string Damage(std::string text, std::mt19937& random) {
  const int edits = 1 + static_cast<int>(random() % 4);
  for (int i = 0; i < edits && !text.empty(); ++i) {
    const size_t at = random() % text.size();
    switch (random() % 4) {
      case 0:
        text.erase(at, 1 + random() % 20);
        break;
      case 1:
        text.insert(at, Pieces()[random() % Pieces().size()]);
        break;
      case 2:
        text[at] = static_cast<char>(random());
        break;
      default:
        text.insert(random() % text.size(), text.substr(at, random() % 40));
        break;
    }
  }
  return text;
}

TEST(MutationTest, DamagedTextsGiveFindingsAndWhatLoadsCanBeWritten) {
  size_t loaded = 0;
  for (uint32_t seed = 0; seed < 4000; ++seed) {
    std::mt19937 random(seed);
    const std::string text = Damage(seed % 2 == 0 ? kYaml : kJson, random);
    const LoadResult result = ReadText(text, seed % 4 == 3 ? "a.json" : "-");
    EXPECT_FALSE(result.objects.empty() && result.findings.empty()) << "seed " << seed;
    for (const Object& object : result.objects) {
      ++loaded;
      // What was read can be written and read again.
      const std::string again = ToYaml(Encode(object, Secrets::kReveal));
      const LoadResult second = ReadText(again, "-");
      ASSERT_EQ(second.objects.size(), 1u) << "seed " << seed << "\n" << again;
      EXPECT_EQ(ToYaml(Encode(second.objects[0], Secrets::kReveal)), again) << "seed " << seed;
    }
    for (const Finding& finding : result.findings) {
      EXPECT_FALSE(finding.message.empty()) << "seed " << seed;
    }
  }
  EXPECT_GT(loaded, 1000u);
}

TEST(MutationTest, EveryPrefixIsRead) {
  for (const std::string whole : {kYaml, kJson}) {
    for (size_t length = 1; length < whole.size(); ++length) {
      const LoadResult result = ReadText(whole.substr(0, length), "-");
      EXPECT_FALSE(result.objects.empty() && result.findings.empty()) << "length " << length;
    }
  }
}

}  // namespace
}  // namespace gwpolicy::manifest

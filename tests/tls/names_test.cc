#include "gwpolicy/tls/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gwpolicy/tls/values.h"

namespace gwpolicy {
namespace tls {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ValuesIn;
using Type = SubjectAltName::Type;

struct DnsCase {
  absl::string_view name;
  std::string expected;
  std::string presented;
  NameMatch match;
};

class DnsNameTest : public ::testing::TestWithParam<DnsCase> {};

TEST_P(DnsNameTest, MatchesAsEnvoyDoes) {
  EXPECT_EQ(MatchDnsName(GetParam().expected, GetParam().presented), GetParam().match);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, DnsNameTest,
    ValuesIn<DnsCase>({
        {"EqualNames", "api.example.com", "api.example.com", NameMatch::kFull},
        {"CaseDoesNotCount", "API.Example.com", "api.example.COM", NameMatch::kFull},
        {"WildcardCoversOneLabel", "api.example.com", "*.example.com", NameMatch::kFull},
        {"WildcardDoesNotCoverItsParent", "example.com", "*.example.com", NameMatch::kNone},
        {"WildcardDoesNotCoverTwoLabels", "a.b.example.com", "*.example.com", NameMatch::kNone},
        {"WildcardEntryEqualsWildcardName", "*.example.com", "*.example.com", NameMatch::kFull},
        {"WildcardEntryIsLiteral", "*.example.com", "api.example.com", NameMatch::kNone},
        {"PartialWildcardAtTheEnd", "api.example.com", "a*.example.com", NameMatch::kEnvoyOnly},
        {"PartialWildcardAtTheStart", "api.example.com", "*i.example.com", NameMatch::kEnvoyOnly},
        {"PartialWildcardInside", "api.example.com", "a*i.example.com", NameMatch::kEnvoyOnly},
        {"PartialWildcardMayBeEmpty", "ai.example.com", "a*i.example.com", NameMatch::kEnvoyOnly},
        {"PartialWildcardDoesNotOverlap", "a.example.com", "a*a.example.com", NameMatch::kNone},
        {"TwoWildcardsInOneLabel", "api.example.com", "a**i.example.com", NameMatch::kNone},
        {"WildcardInTheSecondLabel", "api.example.com", "api.*.com", NameMatch::kNone},
        {"TwoWildcardLabels", "a.b.example.com", "*.*.example.com", NameMatch::kNone},
        {"WildcardBelowATopLevel", "example.com", "*.com", NameMatch::kEnvoyOnly},
        {"LoneWildcard", "localhost", "*", NameMatch::kNone},
        {"ALabelEntry", "xn--bcher-kva.example.com", "*.example.com", NameMatch::kFull},
        {"ALabelWildcard", "xn--bcher-kva.example.com", "xn--*.example.com", NameMatch::kNone},
        {"DotAtTheEndOfTheEntry", "api.example.com.", "api.example.com", NameMatch::kNone},
        {"DotAtTheEndOfTheName", "example.com", "example.com.", NameMatch::kNone},
        {"AddressAsText", "10.0.0.1", "*.0.0.1", NameMatch::kFull},
        {"NulDoesNotCutTheName", "example.com", std::string("example.com\0.evil.org", 21),
         NameMatch::kNone},
        {"EmptyName", "example.com", "", NameMatch::kNone},
    }),
    [](const auto& info) { return std::string(info.param.name); });

struct TypedCase {
  absl::string_view name;
  PeerName accepted;
  SubjectAltName presented;
  NameMatch match;
};

class TypedNameTest : public ::testing::TestWithParam<TypedCase> {};

TEST_P(TypedNameTest, NeverMixesTypes) {
  PeerNames names;
  names.accepted = {GetParam().accepted};
  EXPECT_EQ(MatchNames(names, {GetParam().presented}), GetParam().match);
}

INSTANTIATE_TEST_SUITE_P(
    Types, TypedNameTest,
    ValuesIn<TypedCase>({
        {"DnsEntryAndUriName",
         {PeerName::Type::kDns, "example.com"},
         {Type::kUri, "example.com"},
         NameMatch::kNone},
        {"AddressEntryAsDnsMatchesDnsNameOnly",
         {PeerName::Type::kDns, "10.0.0.1"},
         {Type::kIp, "10.0.0.1"},
         NameMatch::kNone},
        {"UriEqual",
         {PeerName::Type::kUri, "spiffe://td/ns/a"},
         {Type::kUri, "spiffe://td/ns/a"},
         NameMatch::kFull},
        {"UriCaseCounts",
         {PeerName::Type::kUri, "spiffe://td/ns/a"},
         {Type::kUri, "spiffe://td/ns/A"},
         NameMatch::kNone},
        {"UriSlashCounts",
         {PeerName::Type::kUri, "spiffe://td/ns/a"},
         {Type::kUri, "spiffe://td/ns/a/"},
         NameMatch::kNone},
        {"IpIsComparedAsText",
         {PeerName::Type::kIp, "2001:DB8::1"},
         {Type::kIp, "2001:db8::1"},
         NameMatch::kNone},
        {"IpEqual",
         {PeerName::Type::kIp, "2001:db8::1"},
         {Type::kIp, "2001:db8::1"},
         NameMatch::kFull},
        {"OtherNamesNeverMatch", {PeerName::Type::kDns, ""}, {Type::kOther, ""}, NameMatch::kNone},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(MatchNamesTest, AnEmptyListMatchesNothing) {
  EXPECT_EQ(MatchNames(PeerNames(), {{Type::kDns, "example.com"}}), NameMatch::kNone);
}

TEST(MatchNamesTest, OneOfManyIsEnough) {
  PeerNames names;
  names.accepted = {{PeerName::Type::kDns, "a.example"}, {PeerName::Type::kUri, "spiffe://td/b"}};
  EXPECT_EQ(MatchNames(names, {{Type::kDns, "x.example"}, {Type::kUri, "spiffe://td/b"}}),
            NameMatch::kFull);
}

struct MissCase {
  absl::string_view name;
  PeerName accepted;
  SubjectAltName presented;
  std::string says;
};

class ExplainMismatchTest : public ::testing::TestWithParam<MissCase> {};

TEST_P(ExplainMismatchTest, NamesTheNearestMiss) {
  PeerNames names;
  names.accepted = {GetParam().accepted};
  EXPECT_THAT(ExplainMismatch(names, {GetParam().presented}, ""), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(Misses, ExplainMismatchTest,
                         ValuesIn<MissCase>({
                             {"ParentOfTheWildcard",
                              {PeerName::Type::kDns, "example.com"},
                              {Type::kDns, "*.example.com"},
                              "not example.com itself"},
                             {"TooManyLabels",
                              {PeerName::Type::kDns, "a.b.example.com"},
                              {Type::kDns, "*.example.com"},
                              "exactly one label"},
                             {"DotAtTheEnd",
                              {PeerName::Type::kDns, "example.com."},
                              {Type::kDns, "example.com"},
                              "the dot at the end"},
                             {"AddressAsDns",
                              {PeerName::Type::kDns, "10.0.0.1"},
                              {Type::kIp, "10.0.0.1"},
                              "another type"},
                             {"UriCase",
                              {PeerName::Type::kUri, "spiffe://TD/a"},
                              {Type::kUri, "spiffe://td/a"},
                              "upper and lower case"},
                             {"UriSlash",
                              {PeerName::Type::kUri, "spiffe://td/a"},
                              {Type::kUri, "spiffe://td/a/"},
                              "slash at the end"},
                             {"WildcardEntry",
                              {PeerName::Type::kDns, "*.example.com"},
                              {Type::kDns, "api.example.com"},
                              "literal text"},
                         }),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ExplainMismatchTest, SaysThatTheCommonNameDoesNotCount) {
  PeerNames names;
  names.accepted = {{PeerName::Type::kDns, "web.example.com"}};
  const std::string message = ExplainMismatch(names, {}, "web.example.com");
  EXPECT_THAT(message, HasSubstr("no subjectAltName"));
  EXPECT_THAT(message, HasSubstr("does not count"));
}

TEST(ExplainMismatchTest, EscapesWhatTheCertificateHolds) {
  PeerNames names;
  names.accepted = {{PeerName::Type::kDns, "web.example.com"}};
  const std::string message =
      ExplainMismatch(names, {{Type::kDns, std::string("web\0\x1b[31m.example.com", 20)}}, "");
  EXPECT_THAT(message, HasSubstr("web\\x00\\x1b[31m"));
  EXPECT_THAT(message, Not(HasSubstr("\x1b")));
}

TEST(ExplainMismatchTest, EscapesWhatIsBehindAWildcard) {
  PeerNames names;
  names.accepted = {{PeerName::Type::kDns, ""}};
  for (const char* expected : {"a.web.exa\x1bmple.com", "exa\x1bmple.com"}) {
    names.accepted[0].value = expected;
    const std::string message = ExplainMismatch(names, {{Type::kDns, "*.exa\x1bmple.com"}}, "");
    EXPECT_THAT(message, HasSubstr("exa\\x1bmple.com"));
    EXPECT_THAT(message, Not(HasSubstr("\x1b")));
  }
}

}  // namespace
}  // namespace tls
}  // namespace gwpolicy

#include "gwpolicy/api/formats.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace gwpolicy {
namespace {

struct FormatCase {
  std::string name;
  const TextFormat* format;
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

class FormatTest : public ::testing::TestWithParam<FormatCase> {};

TEST_P(FormatTest, MatchesAsThePatternDoes) {
  for (const std::string& text : GetParam().good) {
    EXPECT_TRUE(GetParam().format->matches(text)) << text;
  }
  for (const std::string& text : GetParam().bad) {
    EXPECT_FALSE(GetParam().format->matches(text)) << text;
  }
}

// The traps are those of Gateway API's own validation tests and of its patterns.
INSTANTIATE_TEST_SUITE_P(
    GatewayApi, FormatTest,
    ::testing::ValuesIn(std::vector<FormatCase>{
        {"PreciseHostname",
         &kPreciseHostname,
         {"foo.example.com", "localhost", "1.2.3.4", "a-b.c", "a--b", std::string(100, 'a')},
         {"", "*.example.com", "*", "a..b", "-a", "a-", "a_b", "Foo.com", "foo.", ".foo", "::1",
          "a-.b", "a.-b", "a\n", "a b", "\xC3\xA9"}},
        {"LabelValue", &kLabelValue, {"", "a", "A_b.c"}, {"-a", "a-", "a/b"}},
        {"AddressType",
         &kAddressType,
         {"Hostname", "HostnameX", "xIPAddressx", "NamedAddress", "a.b/c", "-A.b/c/d"},
         {"", "Host", "xHostname", "a.b/", "A/b", "a/ "}},
        {"CorsOrigin",
         &kCorsOrigin,
         {"*", "http://a", "https://*.a-b.C:80", "http://*", "http://*:1", "http://*.a"},
         {"", "a", "ftp://a", "http://", "http://a.", "http://a..b", "http://a:", "http://a:123456",
          "http://a/b", "http://*a", "**"}},
        {"HeaderValue",
         &kHeaderValue,
         {"a", "a b", "a\tb", "~!"},
         {"", " a", "a ", "a  b", "a\n", "\xC3\xA9"}},
        {"Hostname",
         &kHostname,
         {"foo.example.com", "*.example.com", "*.com", "1.2.3.4"},
         {"", "*", "*.", "*.*.com", "a.*.com", "**.com", "*a.com", "*.-a"}},
        {"Group", &kGroup, {"", "gateway.networking.k8s.io", "a"}, {".", "A", "a/b", "a."}},
        {"Kind", &kKindName, {"Service", "A", "a-b", "A1"}, {"", "1A", "A-", "-A", "A_B", "A.B"}},
        {"Namespace", &kNamespaceName, {"a", "a-b", "1"}, {"", "a.b", "A", "-a", "a-"}},
        {"Controller",
         &kGatewayController,
         {"example.com/a", "a/b/c", "a/~!$&'()*+,;=:%._-"},
         {"", "a", "a/", "/a", "A/b", "a./b", "a/b c", "a/\"", "a/b#"}},
        {"AbsoluteUri",
         &kAbsoluteUri,
         {"spiffe://td/ns/x/sa/y", "foo://", "foo:///p", "http://h y", "a b://"},
         {"", "urn:uuid:1", "mailto:a@b", "foo.example.com", "test", "://x", "/a://b", "a?b://c",
          "a:/b", "a:"}},
        {"WellKnownCa",
         &kWellKnownCa,
         {"System", "my.company.com/name", "a/b", "a/" + std::string(63, 'x')},
         {"", "system", "my-system", "MySystem", "in..va..lid./x", "example.com/", "a/b/c",
          "System/", "a/" + std::string(64, 'x'), "a/-b", "a/b-"}},
        {"Protocol",
         &kProtocol,
         {"HTTP", "a", "A-b", "example.com/foo", "X/x.y/z", "!a/b"},
         {"", "-a", "a-", "a/", "/a", "A/b-", "A.B", "a./b", "A/"}},
        {"Duration",
         &kDuration,
         {"0s", "1h", "1h30m10s20ms", "99999h", "10s30m1h", "100ms200ms300ms", "00s"},
         {"", "0", "1", "1m1", "1d", "1h30m10s20ms50h", "999999h", "1.5h", "-15m", " 1s", "1s ",
          "s", "ms"}},
        {"HeaderName",
         &kHeaderName,
         {"X-A", "a", "!#$%&'*+-.^_`|~09"},
         {"", "a b", "a:b", "a(", "\xC3\xA9"}},
        {"ConditionType",
         &kConditionType,
         {"Accepted", "example.com/Ready", "a", "A_b.c-d"},
         {"", "-a", "a-", "A.com/b", "a/", "/a", "a/b/c"}},
        {"ConditionReason",
         &kConditionReason,
         {"Accepted", "A", "a1_", "A,b:c"},
         {"", "1a", "A:", "A,", "A-b", "A.b"}}}),
    [](const auto& info) { return info.param.name; });

TEST(DurationTest, AddsItsComponents) {
  EXPECT_EQ(DurationMilliseconds("1h30m"), DurationMilliseconds("5400s"));
  EXPECT_EQ(DurationMilliseconds("100ms200ms300ms"), 600);
  EXPECT_EQ(DurationMilliseconds("0h0m0s"), 0);
  EXPECT_EQ(DurationMilliseconds("99999h99999h99999h99999h"), int64_t{4} * 99999 * 3600 * 1000);
  EXPECT_EQ(DurationMilliseconds("1.5h"), -1);
}

TEST(GoDurationTest, ReadsMoreThanThePatternAllows) {
  EXPECT_EQ(ParseGoDuration("1.5s"), absl::Milliseconds(1500));
  EXPECT_EQ(ParseGoDuration("-1m"), -absl::Minutes(1));
  EXPECT_EQ(ParseGoDuration("20us"), absl::Microseconds(20));
  EXPECT_EQ(ParseGoDuration("0"), absl::ZeroDuration());
  for (const char* text : {"", "1", "1d", "s", "inf", "9999999h"}) {
    EXPECT_EQ(ParseGoDuration(text), std::nullopt) << text;
  }
}

TEST(DecimalTest, NeedsADigit) {
  for (const char* text : {"1", "1.", ".5", "-0.5"}) EXPECT_TRUE(MatchesDecimal(text)) << text;
  for (const char* text : {"", ".", "-", "+1", "1e3", "1.5.", "x"}) {
    EXPECT_FALSE(MatchesDecimal(text)) << text;
  }
}

TEST(QuantityTest, IsANumberWithAUnit) {
  const auto value = [](const char* text) { return QuantityValue({false, 0, text}); };
  EXPECT_EQ(value("65535"), 65535);
  EXPECT_EQ(value("64Ki"), 65536);
  EXPECT_EQ(value("1.5M"), 1500000);
  EXPECT_EQ(value("65.535k"), 65535);
  EXPECT_EQ(value("2Gi"), int64_t{1} << 31);
  EXPECT_EQ(value("1e6"), 1000000);
  EXPECT_EQ(value("1E+3"), 1000);
  EXPECT_EQ(value("5000e-3"), 5);
  EXPECT_EQ(value("-1k"), -1000);
  EXPECT_EQ(value("1500m"), 2);  // a part counts as a whole one
  EXPECT_EQ(value("1n"), 1);
  EXPECT_EQ(value("0.0"), 0);
  EXPECT_EQ(value("7E"), int64_t{7} * 1000000 * 1000000 * 1000000);
  EXPECT_EQ(value("8Ei"), INT64_MAX);
  EXPECT_EQ(value("1e999999999"), INT64_MAX);
  EXPECT_EQ(value("00000000000000000000000000000001"), 1);
  EXPECT_EQ(value("100000000000000000000000000000e-26"), 1000);
  for (const char* text : {"", "Ki", "1Kb", "1ki", "1 M", "1e", "1e1.5", "1.2.3", "+-1"}) {
    EXPECT_EQ(value(text), std::nullopt) << text;
  }
  EXPECT_EQ(QuantityValue({true, -5, ""}), -5);
}

TEST(UrlPathTest, AllowsWhatPathsMayHold) {
  EXPECT_TRUE(MatchesUrlPath("/a/b-c_d.e~f!$&'()*+,;=:@"));
  EXPECT_TRUE(MatchesUrlPath("/%20%aF"));
  EXPECT_FALSE(MatchesUrlPath(""));
  EXPECT_FALSE(MatchesUrlPath("/%2"));
  EXPECT_FALSE(MatchesUrlPath("/%zz"));
  EXPECT_FALSE(MatchesUrlPath("/a b"));
  EXPECT_FALSE(MatchesUrlPath("/a?b"));
}

TEST(Ipv4AddressTest, HasFourNumbersOfOneByte) {
  for (const char* text : {"1.2.3.4", "0.0.0.0", "255.255.255.255"}) {
    EXPECT_TRUE(IsIpv4Address(text)) << text;
  }
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.1.1.1",
                           "01.2.3.4", "00.0.0.0", "a.b.c.d", "1.2.3.4a", "::1", "1.2.3.4 "}) {
    EXPECT_FALSE(IsIpv4Address(text)) << text;
  }
}

}  // namespace
}  // namespace gwpolicy

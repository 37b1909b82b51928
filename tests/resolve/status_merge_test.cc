// How a controller's entries go into a status that it shares with others: GEP-713 and the rules of
// each controller for a list that is too long.
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/status_merge.h"

namespace gwpolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::Time kBefore = absl::FromCivil(absl::CivilDay(2026, 1, 1), absl::UTCTimeZone());
const absl::Time kNow = absl::FromCivil(absl::CivilDay(2026, 11, 1), absl::UTCTimeZone());

Condition MakeCondition(const char* type, const char* status, const char* reason = "Accepted",
                        int64_t generation = 3) {
  Condition condition;
  condition.type = type;
  condition.status = status;
  condition.reason = reason;
  condition.observed_generation = generation;
  condition.last_transition_time = kBefore;
  return condition;
}

ParentReference Gateway(const std::string& name) {
  ParentReference ref;
  ref.ns = "infra";
  ref.name = name;
  return ref;
}

PolicyAncestorStatus Entry(const std::string& controller, const std::string& gateway,
                           List<Condition> conditions = {MakeCondition("Accepted", "True")}) {
  PolicyAncestorStatus entry;
  entry.ancestor_ref = Gateway(gateway);
  entry.controller_name = controller;
  entry.conditions = std::move(conditions);
  return entry;
}

PolicyAncestorStatus Wanted(const std::string& gateway,
                            List<Condition> conditions = {MakeCondition("Accepted", "True")}) {
  return Entry("", gateway, std::move(conditions));
}

PolicyStatus Status(const std::vector<PolicyAncestorStatus>& entries) {
  PolicyStatus status;
  for (const PolicyAncestorStatus& entry : entries) status.ancestors.push_back(entry);
  return status;
}

// "CONTROLLER/GATEWAY", short: "own" for the profile's own.
std::vector<std::string> Names(const WrittenStatus& written, const Profile& profile) {
  std::vector<std::string> names;
  for (const PolicyAncestorStatus& entry : written.status.ancestors) {
    names.push_back(absl::StrCat(profile.Owns(entry.controller_name) ? "own" : "foreign", "/",
                                 entry.ancestor_ref.name.view()));
  }
  return names;
}

WrittenStatus Write(const char* profile, const PolicyStatus& found, WantedEntries wanted,
                    int64_t generation = 3) {
  return WriteStatus(found, std::move(wanted), *FindProfile(profile), generation, kNow);
}

constexpr char kForeign[] = "other.example.com/controller";
constexpr char kKgateway[] = "kgateway.dev/kgateway";

TEST(WriteStatusTest, KgatewayPutsItsEntriesAfterThoseOfOthersInTheOrderOfTheirAncestors) {
  const WrittenStatus written =
      Write("kgateway", Status({Entry(kKgateway, "z"), Entry(kForeign, "f")}),
            {Wanted("z"), Wanted("a")});
  EXPECT_THAT(Names(written, *FindProfile("kgateway")), ElementsAre("foreign/f", "own/a", "own/z"));
}

TEST(WriteStatusTest, EntriesStayInTheirPlaceUnderTheSpecification) {
  const Profile& profile = *FindProfile("gateway-api");
  const std::string own(profile.controller_name());
  const WrittenStatus written =
      Write("gateway-api", Status({Entry(own, "z"), Entry(kForeign, "f"), Entry(own, "stale")}),
            {Wanted("b"), Wanted("z"), Wanted("a")});
  EXPECT_THAT(Names(written, profile), ElementsAre("own/z", "foreign/f", "own/a", "own/b"));
}

TEST(WriteStatusTest, EntriesOfOthersAreNotTouched) {
  const PolicyAncestorStatus foreign = Entry(kForeign, "f",
                                             {MakeCondition("Accepted", "False", "Odd", 99),
                                              MakeCondition("Overridden", "True", "Odd", 0)});
  const WrittenStatus written = Write("kgateway", Status({foreign}), {Wanted("f")});
  ASSERT_THAT(written.status.ancestors, SizeIs(2));
  EXPECT_TRUE(Equal(TypeOf<PolicyAncestorStatus>(), &written.status.ancestors[0], &foreign));
}

TEST(WriteStatusTest, AnEmptyWishRemovesOwnEntriesAlone) {
  const WrittenStatus written =
      Write("kgateway", Status({Entry(kKgateway, "a"), Entry(kForeign, "f")}), {});
  EXPECT_THAT(Names(written, *FindProfile("kgateway")), ElementsAre("foreign/f"));
}

TEST(WriteStatusTest, TheOrderOfWhatIsWantedDoesNotMatter) {
  const PolicyStatus found = Status({Entry(kForeign, "f")});
  const WrittenStatus one = Write("kgateway", found, {Wanted("a"), Wanted("b"), Wanted("c")});
  const WrittenStatus two = Write("kgateway", found, {Wanted("c"), Wanted("a"), Wanted("b")});
  EXPECT_TRUE(Equal(TypeOf<PolicyStatus>(), &one.status, &two.status));
}

TEST(WriteStatusTest, ConditionsOfForeignTypesStayAfterOurs) {
  const WrittenStatus written = Write(
      "kgateway",
      Status({Entry(kKgateway, "a",
                    {MakeCondition("example.com/Seen", "True", "Mine"),
                     MakeCondition("Accepted", "False")})}),
      {Wanted("a", {MakeCondition("ResolvedRefs", "True"), MakeCondition("Accepted", "True")})});
  ASSERT_THAT(written.status.ancestors, SizeIs(1));
  const List<Condition>& conditions = written.status.ancestors[0].conditions;
  ASSERT_THAT(conditions, SizeIs(3));
  EXPECT_EQ(conditions[0].type, "ResolvedRefs");
  EXPECT_EQ(conditions[1].type, "Accepted");
  EXPECT_EQ(conditions[2].type, "example.com/Seen");
  EXPECT_EQ(conditions[2].reason, "Mine");
  EXPECT_EQ(conditions[2].last_transition_time, kBefore);
}

TEST(WriteStatusTest, OverriddenGoesWhenItNoLongerHolds) {
  const WrittenStatus written = Write(
      "kgateway",
      Status({Entry(kKgateway, "a",
                    {MakeCondition("Accepted", "True"), MakeCondition("Overridden", "True")})}),
      {Wanted("a")});
  ASSERT_THAT(written.status.ancestors, SizeIs(1));
  EXPECT_THAT(written.status.ancestors[0].conditions, SizeIs(1));
}

TEST(WriteStatusTest, LastTransitionTimeMovesWithTheStatusAlone) {
  const PolicyStatus found = Status({Entry(kKgateway, "a",
                                           {MakeCondition("Accepted", "True", "Old", 1),
                                            MakeCondition("ResolvedRefs", "False", "Old", 1)})});
  const WrittenStatus written =
      Write("kgateway", found,
            {Wanted("a", {MakeCondition("Accepted", "True", "New"),
                          MakeCondition("ResolvedRefs", "True", "New")})});
  const List<Condition>& conditions = written.status.ancestors[0].conditions;
  EXPECT_EQ(conditions[0].last_transition_time, kBefore);
  EXPECT_EQ(conditions[0].reason, "New");
  EXPECT_EQ(conditions[0].observed_generation, 3);
  EXPECT_EQ(conditions[1].last_transition_time, kNow);
}

TEST(WriteStatusTest, AConditionOfALaterGenerationIsNotWrittenOver) {
  const PolicyStatus found =
      Status({Entry(kKgateway, "a", {MakeCondition("Accepted", "False", "Newer", 4)})});
  const WrittenStatus written = Write("kgateway", found, {Wanted("a")}, 3);
  EXPECT_TRUE(Equal(TypeOf<PolicyStatus>(), &written.status, &found));
}

TEST(WriteStatusTest, AFileWithoutGenerationIsNotOlderThanItsStatus) {
  const PolicyStatus found =
      Status({Entry(kKgateway, "a", {MakeCondition("Accepted", "False", "Newer", 4)})});
  const WrittenStatus written = Write("kgateway", found, {Wanted("a")}, 0);
  EXPECT_EQ(written.status.ancestors[0].conditions[0].status, "True");
}

// --- More than 16 entries ----------------------------------------------------------------------

std::vector<PolicyAncestorStatus> Foreign(size_t count) {
  std::vector<PolicyAncestorStatus> entries;
  for (size_t i = 0; i < count; ++i) entries.push_back(Entry(kForeign, absl::StrCat("f", i)));
  return entries;
}

TEST(AncestorLimitTest, KgatewayCutsItsOwnFromTheEnd) {
  const WrittenStatus written =
      Write("kgateway", Status(Foreign(14)), {Wanted("d"), Wanted("c"), Wanted("b"), Wanted("a")});
  EXPECT_THAT(written.status.ancestors, SizeIs(16));
  EXPECT_EQ(written.status.ancestors[14].ancestor_ref.name, "a");
  EXPECT_EQ(written.status.ancestors[15].ancestor_ref.name, "b");
  EXPECT_THAT(written.left_out, ElementsAre("Gateway infra/c", "Gateway infra/d"));
}

TEST(AncestorLimitTest, OlderKgatewaySortsAllAndCuts) {
  std::vector<PolicyAncestorStatus> found = Foreign(16);
  found[3].ancestor_ref.name = "z";
  const WrittenStatus written = Write("kgateway-2.1", Status(found), {Wanted("a")});
  EXPECT_THAT(written.status.ancestors, SizeIs(16));
  EXPECT_EQ(written.status.ancestors[0].ancestor_ref.name, "a");
  EXPECT_THAT(written.left_out, ElementsAre("Gateway infra/z"));
}

TEST(AncestorLimitTest, EnvoyGatewayKeepsWhatIsWrongAndMarksTheLast) {
  WantedEntries wanted;
  for (char name = 'a'; name <= 'q'; ++name) wanted.push_back(Wanted(std::string(1, name)));
  wanted.back().conditions = {MakeCondition("Accepted", "False", "Conflicted")};
  const WrittenStatus written = Write("envoy-gateway", Status({}), wanted);
  EXPECT_THAT(written.status.ancestors, SizeIs(16));
  EXPECT_EQ(written.status.ancestors[0].ancestor_ref.name, "q");
  const List<Condition>& last = written.status.ancestors[15].conditions;
  ASSERT_THAT(last, SizeIs(2));
  EXPECT_EQ(last[1].type, "Aggregated");
  EXPECT_EQ(last[1].status, "True");
  EXPECT_EQ(last[1].reason, "Aggregated");
  EXPECT_EQ(last[1].message,
            "Ancestors have been truncated because the number of policy ancestors exceeds 16.");
  EXPECT_THAT(written.left_out, ElementsAre("Gateway infra/p"));
}

TEST(AncestorLimitTest, NoEntryIsAddedToAFullListUnderTheSpecification) {
  const PolicyStatus found = Status(Foreign(16));
  for (const char* profile : {"gateway-api", "nginx-gateway-fabric"}) {
    const WrittenStatus written = Write(profile, found, {Wanted("a")});
    EXPECT_TRUE(Equal(TypeOf<PolicyStatus>(), &written.status, &found)) << profile;
    EXPECT_THAT(written.left_out, ElementsAre("Gateway infra/a")) << profile;
  }
}

TEST(AncestorLimitTest, SixteenFit) {
  for (const Profile* profile : AllProfiles()) {
    const WrittenStatus written =
        WriteStatus(Status(Foreign(15)), {Wanted("a")}, *profile, 3, kNow);
    EXPECT_THAT(written.status.ancestors, SizeIs(16)) << profile->name;
    EXPECT_THAT(written.left_out, IsEmpty()) << profile->name;
  }
}

}  // namespace
}  // namespace gwpolicy

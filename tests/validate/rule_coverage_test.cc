// Sees to it that the tables of cases are whole: each rule of each kind, at each place where its
// type is used, has an object that keeps it and one that breaks it, with its own words at its own
// path. Rules are read from the tables of the kinds, so a new one fails here until it has cases.
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/validate/validate.h"
#include "tests/validate/cases.h"

namespace gwpolicy::testing {
namespace {

// "HTTPRoute spec.rules[].filters[] 3: what is said": the fourth rule of the type at that place.
using Sites = std::set<std::string>;

bool IsIn(const RuleInfo& rule, Channel channel) {
  return channel == Channel::kStandard ? rule.in_standard : rule.in_experimental;
}

std::string Below(const std::string& place, absl::string_view name) {
  return absl::StrCat(place, place.empty() ? "" : ".", name);
}

std::string SiteOf(const KindInfo& kind, const std::string& place, const TypeInfo& type,
                   size_t index) {
  const RuleInfo& rule = type.rules()[index];
  return absl::StrCat(kind.name, " ", rule.field.empty() ? place : Below(place, rule.field), " ",
                      index, ": ", rule.message);
}

// Rules that nothing keeps, or nothing breaks, with why.
struct Exception {
  const char* site;
  const char* reason;
};
constexpr Exception kNeverKept[] = {
    {"XBackend spec.port.name 0: Name must be a valid DNS label",
     "the definition asks its server for an answer that never comes, so every name is refused"},
};
constexpr Exception kNeverBroken[] = {
    {"HTTPRoute spec.rules[].matches[].path 9: type must be one of ['Exact', 'PathPrefix', "
     "'RegularExpression']",
     "the field's own choices are the same, and breaking those keeps the rules from running"},
};

template <size_t N>
bool IsException(const Exception (&exceptions)[N], const std::string& site) {
  return std::any_of(std::begin(exceptions), std::end(exceptions),
                     [&site](const Exception& one) { return site == one.site; });
}

// All that the tables have.
class SiteFinder {
 public:
  SiteFinder(const KindInfo& kind, Channel channel, Sites& sites)
      : kind_(kind), channel_(channel), sites_(sites) {}

  void Find(const TypeInfo& type, const std::string& place) {
    for (size_t i = 0; i < type.rules().size(); ++i) {
      if (IsIn(type.rules()[i], channel_)) sites_.insert(SiteOf(kind_, place, type, i));
    }
    for (const FieldInfo& field : type.fields()) {
      const bool is_status = place.empty() && field.name == "status";
      if (is_status || (field.experimental && channel_ == Channel::kStandard)) continue;
      if (field.value->shape == Shape::kStruct) {
        Find(field.value->struct_type(), Below(place, field.name));
      } else if (field.value->shape == Shape::kList &&
                 field.value->element->shape == Shape::kStruct) {
        Find(field.value->element->struct_type(), Below(place, field.name) + "[]");
      }
    }
  }

 private:
  const KindInfo& kind_;
  const Channel channel_;
  Sites& sites_;
};

// Runs the rules of one object, one by one, and notes which it keeps and which it breaks.
class ObjectWalker {
 public:
  ObjectWalker(const Object& object, Channel channel, Sites& kept, Sites& broken)
      : object_(object),
        kind_(InfoOf(object.kind())),
        channel_(channel),
        kept_(kept),
        broken_(broken) {
    ValidateOptions options;
    options.channel = channel;
    findings_ = Validate(object, options);
    is_good_ = std::none_of(findings_.begin(), findings_.end(),
                            [](const Finding& one) { return one.level == Level::kError; });
  }

  void Walk() { Walk(kind_.type(), object_.raw(), ""); }

 private:
  void Walk(const TypeInfo& type, const void* object, const std::string& place) {
    for (size_t i = 0; i < type.rules().size(); ++i) {
      if (IsIn(type.rules()[i], channel_)) Try(type, i, object, place);
    }
    for (const FieldInfo& field : type.fields()) {
      if (place.empty() && field.name == "status") continue;
      if (TypeInfo::IsBroken(field, object) || !TypeInfo::IsPresent(field, object)) continue;
      auto scope = sink_.Field(field.name);
      const void* value = field.get(object);
      if (field.value->shape == Shape::kStruct) {
        Walk(field.value->struct_type(), value, Below(place, field.name));
      } else if (field.value->shape == Shape::kList &&
                 field.value->element->shape == Shape::kStruct) {
        for (size_t i = 0; i < field.value->list_size(value); ++i) {
          auto item = sink_.Index(i);
          Walk(field.value->element->struct_type(), field.value->list_at(value, i),
               Below(place, field.name) + "[]");
        }
      }
    }
  }

  void Try(const TypeInfo& type, size_t index, const void* object, const std::string& place) {
    const RuleInfo& rule = type.rules()[index];
    rule.Run(object, sink_);
    const std::vector<Finding> told = sink_.Take();
    for (const Finding& one : told) {
      if (IsOf(rule, one) && IsFound(one)) broken_.insert(SiteOf(kind_, place, type, index));
    }
    if (told.empty() && is_good_ && SpeaksOf(rule, type, object)) {
      kept_.insert(SiteOf(kind_, place, type, index));
    }
  }

  // A rule that could not run says more than its own words; that is not what is looked for.
  static bool IsOf(const RuleInfo& rule, const Finding& finding) {
    return rule.message.empty() || finding.message == absl::StrCat("Invalid value: ", rule.message);
  }

  bool IsFound(const Finding& told) const {
    return std::any_of(findings_.begin(), findings_.end(), [&](const Finding& one) {
      return one.code == told.code && one.field_path == told.field_path &&
             one.message == told.message;
    });
  }

  // An object without the field that a rule is about keeps it without being asked.
  static bool SpeaksOf(const RuleInfo& rule, const TypeInfo& type, const void* object) {
    return std::any_of(type.fields().begin(), type.fields().end(), [&](const FieldInfo& field) {
      return (rule.field.empty() || rule.field == field.name) && TypeInfo::IsPresent(field, object);
    });
  }

  const Object& object_;
  const KindInfo& kind_;
  const Channel channel_;
  Sites& kept_;
  Sites& broken_;
  std::vector<Finding> findings_;
  bool is_good_ = false;
  FindingSink sink_;
};

class RuleCoverageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const KindInfo& kind : AllKinds()) {
      for (const Channel channel : {Channel::kStandard, Channel::kExperimental}) {
        SiteFinder(kind, channel, sites_).Find(kind.type(), "");
      }
    }
    for (const CaseTable& table : AllTables()) {
      for (const ValidateCase& one : table.cases) {
        const manifest::LoadResult loaded =
            manifest::ReadText(absl::StrCat(table.head, one.text), "-");
        for (const Object& object : loaded.objects) {
          if (object.kind() == Kind::kUntyped) continue;
          ObjectWalker(object, one.channel, kept_, broken_).Walk();
        }
      }
    }
  }

  Sites sites_;
  Sites kept_;
  Sites broken_;
};

TEST_F(RuleCoverageTest, EachRuleHasAnObjectThatKeepsIt) {
  EXPECT_GT(sites_.size(), 200u);
  for (const std::string& site : sites_) {
    EXPECT_EQ(kept_.count(site), IsException(kNeverKept, site) ? 0u : 1u) << site;
  }
  for (const Exception& one : kNeverKept) EXPECT_EQ(sites_.count(one.site), 1u) << one.site;
}

TEST_F(RuleCoverageTest, EachRuleHasAnObjectThatBreaksIt) {
  for (const std::string& site : sites_) {
    EXPECT_EQ(broken_.count(site), IsException(kNeverBroken, site) ? 0u : 1u) << site;
  }
  for (const Exception& one : kNeverBroken) EXPECT_EQ(sites_.count(one.site), 1u) << one.site;
}

TEST(WarningCoverageTest, EachWarningHasAnObjectThatGetsIt) {
  std::set<Code> seen;
  for (const CaseTable& table : AllTables()) {
    for (const ValidateCase& one : table.cases) {
      for (const Expected& expected : one.expected) seen.insert(expected.code);
    }
  }
  for (const CodeInfo& info : AllCodes()) {
    if (!absl::StartsWith(info.name, "Lint/")) continue;
    EXPECT_EQ(seen.count(info.code), 1u) << info.name;
  }
}

}  // namespace
}  // namespace gwpolicy::testing

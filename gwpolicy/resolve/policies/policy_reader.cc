#include "gwpolicy/resolve/policies/policy_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/resolve/policy_key.h"

namespace gwpolicy {
namespace {

constexpr TextLiteral kInvalid("Invalid");
constexpr TextLiteral kInvalidKind("InvalidKind");
constexpr TextLiteral kInvalidRef("InvalidCACertificateRef");

void Take(FindingSink& sink, PolicyTls& out) {
  for (Finding& finding : sink.Take()) out.findings.push_back(std::move(finding));
}

// How the controller's own words become a condition's reason.
Text ReasonOf(const PolicyError& error) {
  switch (error.error_class) {
    case PolicyError::Class::kKind:
      return kInvalidKind;
    case PolicyError::Class::kCaRef:
      return kInvalidRef;
    case PolicyError::Class::kOther:
      break;
  }
  return kInvalid;
}

}  // namespace

PolicyReader::PolicyReader(const Object& object, const PolicyInput& input)
    : object_(object), input_(input), tls_(std::make_shared<tls::ClientTls>()) {
  out_.kind = object.kind();
}

void PolicyReader::Set(Text field, Text value, Text path) {
  fields_.push_back({std::move(field), std::move(value), std::move(path)});
}

void PolicyReader::Fail(PolicyError::Class error_class, Code code, std::string path,
                        std::string message) {
  Report(code, path, message);
  out_.errors.push_back({error_class, code, std::move(message), std::move(path)});
}

void PolicyReader::Report(Code code, std::string path, std::string message) {
  AddFinding(code, InfoOf(code).level, std::move(path), std::move(message));
}

void PolicyReader::Warn(Code code, std::string path, std::string message) {
  AddFinding(code, Level::kWarning, std::move(path), std::move(message));
}

void PolicyReader::AddFinding(Code code, Level level, std::string path, std::string message) {
  FindingSink sink;
  sink.SetObject(object_.ref(), object_.source());
  sink.AddAt(std::move(path), code, level, std::move(message));
  Take(sink, out_);
}

const CertificateCache::CaBundle& PolicyReader::ReadBundle(const Object& holder) {
  const CertificateCache::CaBundle& ca =
      input_.certificates.BundleOf(holder, input_.profile.pem_reader);
  if (!ca.findings.empty()) out_.ca_findings.push_back(ca.findings);
  return ca;
}

PolicyTls PolicyReader::Finish(const TypeInfo& type, const void* spec) {
  const std::string field = FirstBrokenField(type, spec);
  if (!field.empty()) {
    const std::string path = field == "." ? "spec" : absl::StrCat("spec.", field);
    out_.errors.push_back({PolicyError::Class::kOther, Code::kSchemaWrongType,
                           absl::StrCat(path, " is of a wrong type"), path});
  }
  if (out_.says_tls && !out_.failed()) out_.tls = tls_;
  PolicyFields fields;
  fields.policy = SourceOf(input_.cluster.KeyOf(input_.policy));
  fields.tls = SharedList<PolicyField>(std::move(fields_));
  fields.settings = SharedList<PolicyField>(std::move(settings_));
  if (out_.failed()) {
    const PolicyError& error = out_.errors.front();
    fields.error = error.message;
    out_.failure = Failure{error.code, ReasonOf(error), fields.error, fields.policy};
  }
  out_.fields = std::move(fields);
  return std::move(out_);
}

}  // namespace gwpolicy

#ifndef GWPOLICY_RESOLVE_POLICIES_POLICY_READER_H_
#define GWPOLICY_RESOLVE_POLICIES_POLICY_READER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/resolve/policies/policy_tls.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"

namespace gwpolicy {

// What the readers of the policy kinds share: an answer that grows, with provenance for each field
// that is set and a finding for each thing that is wrong.
class PolicyReader {
 protected:
  PolicyReader(const Object& object, const PolicyInput& input);

  // Notes where a field of the answer came from.
  void Set(Text field, Text value, Text path);
  // An error: the policy gives no TLS, and the backends that it reaches fail closed.
  void Fail(PolicyError::Class error_class, Code code, std::string path, std::string message);
  // A finding at the level of its code, or as a warning; the policy still gives TLS.
  void Report(Code code, std::string path, std::string message);
  void Warn(Code code, std::string path, std::string message);

  // What `holder`, a ConfigMap or Secret, has under ca.crt. What is wrong with it is a finding
  // about `holder`.
  const CertificateCache::CaBundle& ReadBundle(const Object& holder);

  // The answer. A policy whose text has a field of a wrong type below `spec` is in error: what it
  // asks for is not known. Reading the text has made a finding of it already.
  template <typename Spec>
  PolicyTls Finish(const Spec& spec) {
    return Finish(TypeOf<Spec>(), &spec);
  }

  const Object& object_;
  const PolicyInput& input_;
  const std::shared_ptr<tls::ClientTls> tls_;
  PolicyTls out_;
  std::vector<PolicyField> settings_;  // that the policy sets besides TLS

 private:
  void AddFinding(Code code, Level level, std::string path, std::string message);
  PolicyTls Finish(const TypeInfo& type, const void* spec);

  absl::InlinedVector<PolicyField, 4> fields_;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_POLICIES_POLICY_READER_H_

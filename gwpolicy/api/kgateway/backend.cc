#include "gwpolicy/api/kgateway/backend.h"

#include "absl/strings/str_cat.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kTypes[] = {"AWS", "Static", "DynamicForwardProxy", "GCP"};
constexpr absl::string_view kAppProtocols[] = {"http2", "grpc", "grpc-web", "kubernetes.io/h2c",
                                               "kubernetes.io/ws"};

void ExactlyOneBlock(const BackendSpec& spec, FindingSink& sink) {
  const int blocks = (spec.aws.is_null() ? 0 : 1) + (spec.static_backend.has_value() ? 1 : 0) +
                     (spec.dynamic_forward_proxy.is_null() ? 0 : 1) + (spec.gcp.is_null() ? 0 : 1);
  if (blocks != 1) {
    sink.Add(
        Code::kSchemaRule,
        "Invalid value: exactly one of the fields in [aws static dynamicForwardProxy gcp] must "
        "be set");
  }
}

void TypeHasItsBlock(const BackendSpec& spec, FindingSink& sink) {
  const auto need = [&](absl::string_view type, absl::string_view block, bool is_set) {
    if (spec.type != type || is_set) return;
    sink.Add(Code::kSchemaRule,
             absl::StrCat("Invalid value: ", block, " backend must be specified when type is '",
                          type, "'"));
  };
  need("AWS", "aws", !spec.aws.is_null());
  need("Static", "static", spec.static_backend.has_value());
  need("DynamicForwardProxy", "dynamicForwardProxy", !spec.dynamic_forward_proxy.is_null());
  need("GCP", "gcp", !spec.gcp.is_null());
}

}  // namespace

template <>
const TypeInfo& TypeOf<BackendHost>() {
  using T = BackendHost;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Host", Doc{"Where a static backend listens."})
          .Field<&T::host>("host", Required{}, Length{1, -1}, Doc{"A DNS name or an address."})
          .Field<&T::port>("port", Required{}, Range{1, 65535}, Doc{"The port."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<StaticBackend>() {
  using T = StaticBackend;
  static const TypeInfo* const kType =
      TypeBuilder<T>("StaticBackend", Doc{"Hosts that are written down."})
          .Field<&T::hosts>("hosts", Required{}, Items{1, -1}, Doc{"The hosts."})
          .Field<&T::app_protocol>("appProtocol", OneOf{kAppProtocols},
                                   Doc{"What is spoken; never starts TLS."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<BackendSpec>() {
  using T = BackendSpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("BackendSpec", Doc{"Something outside the cluster that requests can go to."})
          .Field<&T::type>("type", OneOf{kTypes}, Deprecated{"The block that is set says it."},
                           Doc{"Which block is set."})
          .Field<&T::static_backend>("static", Doc{"Hosts that are written down."})
          .Field<&T::aws>("aws", Doc{"A function of AWS Lambda."})
          .Field<&T::dynamic_forward_proxy>("dynamicForwardProxy",
                                            Doc{"The host that the request names."})
          .Field<&T::gcp>("gcp", Doc{"A service of Google Cloud."})
          .Rule<&ExactlyOneBlock>()
          .Rule<&TypeHasItsBlock>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<Backend>() {
  using T = Backend;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Backend", Doc{"A target for routes and policies that is no Service."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"What the controller says about it."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy

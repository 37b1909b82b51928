#include "gwpolicy/api/kgateway/backend.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gwpolicy/api/kgateway/rules.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kTypes[] = {"AWS", "Static", "DynamicForwardProxy", "GCP"};
constexpr absl::string_view kAppProtocols[] = {"http2", "grpc", "grpc-web", "kubernetes.io/h2c",
                                               "kubernetes.io/ws"};

constexpr absl::string_view kInvocationModes[] = {"Sync", "Async"};
constexpr absl::string_view kPayloadModes[] = {"None", "Envoy"};
constexpr absl::string_view kAuthTypes[] = {"Secret"};
constexpr absl::string_view kConditionKey[] = {"type"};

template <typename Predicate>
bool All(absl::string_view text, Predicate predicate) {
  for (const char c : text) {
    if (!predicate(c)) return false;
  }
  return true;
}

bool IsNameChar(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; }

bool MatchesAccountId(absl::string_view text) {
  return text.size() == 12 && All(text, [](char c) { return absl::ascii_isdigit(c); });
}

bool MatchesRegion(absl::string_view text) {
  return !text.empty() && All(text, [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  });
}

bool MatchesFunctionName(absl::string_view text) {
  return !text.empty() && text.size() <= 140 && All(text, IsNameChar);
}

bool MatchesQualifier(absl::string_view text) {
  if (text == "$LATEST") return true;
  return !text.empty() && (All(text, [](char c) { return absl::ascii_isdigit(c); }) ||
                           (text.size() <= 128 && All(text, IsNameChar)));
}

bool MatchesEndpointUrl(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "http://") && !absl::ConsumePrefix(&text, "https://")) {
    return false;
  }
  static constexpr absl::string_view kMarks = "-@:%.+~#?&/=";
  return !text.empty() && All(text, [](char c) {
    return absl::ascii_isalnum(c) || kMarks.find(c) != absl::string_view::npos;
  });
}

constexpr TextFormat kAccountId{"AccountId", 1, 12, "^[0-9]{12}$", MatchesAccountId};
constexpr TextFormat kRegion{"Region", 1, 63, "^[a-z0-9-]+$", MatchesRegion};
constexpr TextFormat kFunctionName{"FunctionName", 0, -1, "^[A-Za-z0-9-_]{1,140}$",
                                   MatchesFunctionName};
constexpr TextFormat kQualifier{"Qualifier", 0, -1, "^(\\$LATEST|[0-9]+|[A-Za-z0-9-_]{1,128})$",
                                MatchesQualifier};
constexpr TextFormat kEndpointUrl{"EndpointURL", 0, 2048, "^https?://[-a-zA-Z0-9@:%.+~#?&/=]+$",
                                  MatchesEndpointUrl};

void ExactlyOneBlock(const BackendSpec& spec, FindingSink& sink) {
  if (CountSet({spec.aws.has_value(), spec.static_backend.has_value(),
                spec.dynamic_forward_proxy.has_value(), spec.gcp.has_value()}) != 1) {
    BreakRule(sink,
              "exactly one of the fields in [aws static dynamicForwardProxy gcp] must be set");
  }
}

void TypeHasItsBlock(const BackendSpec& spec, FindingSink& sink) {
  const auto need = [&](absl::string_view type, absl::string_view block, bool is_set) {
    if (spec.type != type || is_set) return;
    BreakRule(sink, absl::StrCat(block, " backend must be specified when type is '", type, "'"));
  };
  need("AWS", "aws", spec.aws.has_value());
  need("Static", "static", spec.static_backend.has_value());
  need("DynamicForwardProxy", "dynamicForwardProxy", spec.dynamic_forward_proxy.has_value());
  need("GCP", "gcp", spec.gcp.has_value());
}

// The other rule of the block, no secretRef with another type, cannot break: there is one type.
void SecretIsNamed(const AwsAuth& auth, FindingSink& sink) {
  if (auth.type == "Secret" && !auth.secret_ref.has_value()) {
    BreakRule(sink, "secretRef must be specified when type is 'Secret'");
  }
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
const TypeInfo& TypeOf<AwsLambda>() {
  using T = AwsLambda;
  static const TypeInfo* const kType =
      TypeBuilder<T>("AwsLambda", Doc{"A function of AWS Lambda."})
          .Field<&T::endpoint_url>("endpointURL", kEndpointUrl,
                                   Doc{"Where Lambda is; absent: the region's own host."})
          .Field<&T::function_name>("functionName", Required{}, kFunctionName, Doc{"Its name."})
          .Field<&T::invocation_mode>("invocationMode", Defaulted{}, OneOf{kInvocationModes},
                                      Doc{"Whether the call waits for the result."})
          .Field<&T::qualifier>("qualifier", Defaulted{}, kQualifier,
                                Doc{"Version or alias of the function."})
          .Field<&T::payload_transform_mode>("payloadTransformMode", Defaulted{},
                                             OneOf{kPayloadModes},
                                             Doc{"Whether Envoy makes an event of the request."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<AwsAuth>() {
  using T = AwsAuth;
  static const TypeInfo* const kType =
      TypeBuilder<T>("AwsAuth", Doc{"Where the credentials for AWS come from."})
          .Field<&T::type>("type", Required{}, OneOf{kAuthTypes}, Doc{"Secret."})
          .Field<&T::secret_ref>("secretRef", Doc{"Secret with accessKey and secretKey."})
          .Rule<&SecretIsNamed>()
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<AwsBackend>() {
  using T = AwsBackend;
  static const TypeInfo* const kType =
      TypeBuilder<T>("AwsBackend", Doc{"A service of AWS."})
          .Field<&T::lambda>("lambda", Required{}, Doc{"A function of AWS Lambda."})
          .Field<&T::account_id>("accountId", Required{}, kAccountId, Doc{"The owner: 12 digits."})
          .Field<&T::auth>("auth", Doc{"Credentials; absent: those of the proxy's surroundings."})
          .Field<&T::region>("region", Defaulted{}, kRegion, Doc{"The region of AWS."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<GcpBackend>() {
  using T = GcpBackend;
  static const TypeInfo* const kType =
      TypeBuilder<T>("GcpBackend", Doc{"A service of Google Cloud."})
          .Field<&T::host>("host", Required{}, Length{1, -1}, Doc{"Its host; also the SNI."})
          .Field<&T::audience>("audience", Length{1, -1},
                               Doc{"Whom the token is for; absent: https:// and the host."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<DynamicForwardProxyBackend>() {
  using T = DynamicForwardProxyBackend;
  static const TypeInfo* const kType =
      TypeBuilder<T>("DynamicForwardProxyBackend", Doc{"The host that the request names."})
          .Field<&T::enable_tls>("enableTls",
                                 Doc{"True: TLS, checked by the system's CAs and that name."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<BackendStatus>() {
  using T = BackendStatus;
  static const TypeInfo* const kType =
      TypeBuilder<T>("BackendStatus", Doc{"What the controller says about a Backend."})
          .Field<&T::conditions>("conditions", Items{0, 8}, ListKey{kConditionKey},
                                 Doc{"Accepted, with the reason Accepted or Invalid."})
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

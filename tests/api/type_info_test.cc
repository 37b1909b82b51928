#include "gwpolicy/api/type_info.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/base/list.h"

#include <set>
#include <type_traits>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/core/config_map.h"
#include "gwpolicy/api/core/custom_resource_definition.h"
#include "gwpolicy/api/core/endpoint_slice.h"
#include "gwpolicy/api/core/namespace.h"
#include "gwpolicy/api/core/secret.h"
#include "gwpolicy/api/core/service.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/gateway/gateway_class.h"
#include "gwpolicy/api/gateway/grpc_route.h"
#include "gwpolicy/api/gateway/http_route.h"
#include "gwpolicy/api/gateway/listener_set.h"
#include "gwpolicy/api/gateway/reference_grant.h"
#include "gwpolicy/api/gateway/tcp_route.h"
#include "gwpolicy/api/gateway/tls_route.h"
#include "gwpolicy/api/gateway/udp_route.h"
#include "gwpolicy/api/gateway/x_backend.h"
#include "gwpolicy/api/gateway/x_backend_traffic_policy.h"
#include "gwpolicy/api/gateway/x_mesh.h"
#include "gwpolicy/api/kgateway/backend.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/text.h"
#include "tests/testing/member_count.h"

namespace gwpolicy {
namespace {

// Every struct that has a table.
template <typename T>
class TableTest : public ::testing::Test {};

using Tables = ::testing::Types<
    ObjectMeta, Condition, LabelSelectorRequirement, LabelSelector, ConfigMap, EndpointConditions,
    EndpointSliceEndpoint, EndpointPort, EndpointSlice, Namespace, Secret, ServicePort, ServiceSpec,
    Service, LocalObjectReference, SecretObjectReference, BackendObjectReference, ParentReference,
    LocalPolicyTargetReferenceWithSectionName, PolicyAncestorStatus, PolicyStatus, SubjectAltName,
    BackendTLSPolicyValidation, BackendTLSPolicySpec, BackendTLSPolicy, RouteNamespaces,
    RouteGroupKind, AllowedRoutes, ListenerTLSConfig, Listener, GatewayBackendTLS>;
using MoreTables = ::testing::Types<
    GatewayTLSConfig, GatewaySpec, Gateway, ParametersReference, GatewayClassSpec, GatewayClass,
    HTTPPathMatch, HTTPHeaderMatch, HTTPQueryParamMatch, HTTPRouteMatch, HTTPHeader,
    HTTPHeaderFilter, HTTPPathModifier, HTTPURLRewriteFilter, HTTPRequestRedirectFilter,
    HTTPRequestMirrorFilter, HTTPRouteFilter, HTTPBackendRef, HTTPRouteTimeouts, HTTPRouteRule,
    HTTPRouteSpec, HTTPRoute, ReferenceGrantFrom, ReferenceGrantTo, ReferenceGrantSpec,
    ReferenceGrant, BackendHost, StaticBackend, BackendSpec, Backend, LocalPolicyTargetReference,
    LocalPolicyTargetSelector, LocalSecretReference, TLSFiles, TLSParameters,
    BackendConfigPolicyTLS, UpstreamProxyProtocol, BackendConfigPolicySpec, BackendConfigPolicy>;
using FurtherTables =
    ::testing::Types<RouteParentStatus, RouteStatus, CookieConfig, HeaderConfig, SessionPersistence,
                     SupportedFeature, GatewayClassStatus, ObjectReference, FrontendTLSValidation,
                     FrontendTLSConfig, TLSPortConfig, GatewayFrontendTLS, GatewaySpecAddress,
                     LocalParametersReference, GatewayInfrastructure, ListenerNamespaces,
                     AllowedListeners, GatewayStatusAddress, ListenerStatus, GatewayStatus,
                     Fraction, HTTPCORSFilter, GRPCAuthConfig, HTTPAuthConfig, ForwardBodyConfig,
                     HTTPExternalAuthFilter, HTTPRouteRetry>;
using KgatewayTables =
    ::testing::Types<BackendDns, TcpKeepalive, CommonHttpProtocolOptions, Http1ProtocolOptions,
                     ConnectionKeepalive, Http2ProtocolOptions, SlowStart, LeastRequestBalancer,
                     RoundRobinBalancer, HashHeader, HashCookie, HashSourceIp, HashPolicy,
                     RingHashBalancer, MaglevBalancer, RandomBalancer, ZoneAwareForce,
                     ZoneAwarePreferLocal, ZoneAware, LoadBalancer, HealthCheckHttp,
                     HealthCheckGrpc, HealthCheck, OutlierDetection, CircuitBreakers, AwsLambda,
                     AwsAuth, AwsBackend, GcpBackend, DynamicForwardProxyBackend, BackendStatus>;
using ListenerSetsTables =
    ::testing::Types<ParentGatewayReference, ListenerSetSpec, ListenerSetStatus, ListenerSet>;
using GrpcRoutesTables =
    ::testing::Types<GRPCMethodMatch, GRPCHeaderMatch, GRPCRouteMatch, GRPCRouteFilter,
                     GRPCBackendRef, GRPCRouteRule, GRPCRouteSpec, GRPCRoute>;
using TlsRoutesTables = ::testing::Types<BackendRef, L4RouteRule, TLSRouteSpec, TLSRoute>;
using TcpRoutesTables = ::testing::Types<TCPRouteSpec, TCPRoute>;
using UdpRoutesTables = ::testing::Types<UDPRouteSpec, UDPRoute>;
using XBackendsTables =
    ::testing::Types<XBackendPort, XBackendExternalHostname, XBackendTLS, XBackendSpec,
                     XBackendParentStatus, XBackendStatus, XBackend>;
using XBackendTrafficPoliciesTables =
    ::testing::Types<RetryBudget, MinRetryRate, RetryConstraint, XBackendTrafficPolicySpec,
                     XBackendTrafficPolicy>;
using XMeshesTables = ::testing::Types<XMeshSpec, XMeshStatus, XMesh>;
using DefinitionsTables = ::testing::Types<CustomResourceNames, CustomResourceVersion,
                                           CustomResourceDefinitionSpec, CustomResourceDefinition>;

// Members that only the table of an older version knows.
template <typename T>
constexpr size_t kOlderMembers = 0;
template <>
constexpr size_t kOlderMembers<LocalPolicyTargetReferenceWithSectionName> = 1;

TYPED_TEST_SUITE_P(TableTest);

TYPED_TEST_P(TableTest, HasARowForEachMember) {
  using Base = std::conditional_t<std::is_base_of_v<KubernetesObject, TypeParam>, KubernetesObject,
                                  ApiStruct>;
  EXPECT_EQ(TypeOf<TypeParam>().fields().size() + kOlderMembers<TypeParam>,
            (::gwpolicy::testing::MemberCount<TypeParam, Base>()));
}

TYPED_TEST_P(TableTest, NamesEachMemberOnce) {
  const TypeInfo& type = TypeOf<TypeParam>();
  TypeParam object;
  std::set<absl::string_view> names;
  std::set<const void*> members;
  for (const FieldInfo& field : type.fields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_TRUE(members.insert(field.mutable_get(&object)).second) << field.name;
    EXPECT_LT(field.index, 63) << "bit 63 says that the struct was read";
  }
}

TYPED_TEST_P(TableTest, HasADocLineForTheTypeAndEachField) {
  const TypeInfo& type = TypeOf<TypeParam>();
  EXPECT_TRUE(absl::EndsWith(type.doc(), ".")) << type.name();
  for (const FieldInfo& field : type.fields()) {
    EXPECT_TRUE(absl::EndsWith(field.doc, ".")) << type.name() << "." << field.name;
    EXPECT_LE(field.doc.size(), 90u) << field.name;
  }
}

TYPED_TEST_P(TableTest, FieldsThatAreClearedHaveTheirInitialValues) {
  const TypeInfo& type = TypeOf<TypeParam>();
  const TypeParam fresh;
  TypeParam object;
  for (const FieldInfo& field : type.fields()) field.value->clear(field.mutable_get(&object));
  for (const FieldInfo& field : type.fields()) field.clear(&object);
  EXPECT_TRUE(Equal(type, &fresh, &object));
}

TYPED_TEST_P(TableTest, EveryFieldCountsInComparison) {
  const TypeInfo& type = TypeOf<TypeParam>();
  for (const FieldInfo& field : type.fields()) {
    TypeParam a;
    TypeParam b;
    if (field.is_optional) {
      field.mutable_get(&b);
    } else if (field.value->is_zero(field.get(&a))) {
      continue;  // covered by the round trip of whole objects
    } else {
      field.value->clear(field.mutable_get(&b));  // another value than the default
    }
    EXPECT_FALSE(Equal(type, &a, &b)) << field.name;
  }
}

REGISTER_TYPED_TEST_SUITE_P(TableTest, HasARowForEachMember, NamesEachMemberOnce,
                            HasADocLineForTheTypeAndEachField,
                            FieldsThatAreClearedHaveTheirInitialValues,
                            EveryFieldCountsInComparison);
INSTANTIATE_TYPED_TEST_SUITE_P(CoreAndPolicies, TableTest, Tables);
INSTANTIATE_TYPED_TEST_SUITE_P(RoutesAndKgateway, TableTest, MoreTables);
INSTANTIATE_TYPED_TEST_SUITE_P(PartsOfGatewaysAndRoutes, TableTest, FurtherTables);
INSTANTIATE_TYPED_TEST_SUITE_P(PartsOfKgateway, TableTest, KgatewayTables);
INSTANTIATE_TYPED_TEST_SUITE_P(ListenerSets, TableTest, ListenerSetsTables);
INSTANTIATE_TYPED_TEST_SUITE_P(GrpcRoutes, TableTest, GrpcRoutesTables);
INSTANTIATE_TYPED_TEST_SUITE_P(TlsRoutes, TableTest, TlsRoutesTables);
INSTANTIATE_TYPED_TEST_SUITE_P(TcpRoutes, TableTest, TcpRoutesTables);
INSTANTIATE_TYPED_TEST_SUITE_P(UdpRoutes, TableTest, UdpRoutesTables);
INSTANTIATE_TYPED_TEST_SUITE_P(XBackends, TableTest, XBackendsTables);
INSTANTIATE_TYPED_TEST_SUITE_P(XBackendTrafficPolicies, TableTest, XBackendTrafficPoliciesTables);
INSTANTIATE_TYPED_TEST_SUITE_P(XMeshes, TableTest, XMeshesTables);
INSTANTIATE_TYPED_TEST_SUITE_P(Definitions, TableTest, DefinitionsTables);

TEST(EncodeTest, LeavesAbsentFieldsOutAndWritesDefaults) {
  HTTPBackendRef ref;
  ref.name = "web";
  EXPECT_EQ(Encode(TypeOf<HTTPBackendRef>(), &ref, Secrets::kRedact), Value::MakeObject()
                                                                          .Set("group", "")
                                                                          .Set("kind", "Service")
                                                                          .Set("name", "web")
                                                                          .Set("weight", 1));
}

TEST(EncodeTest, WritesAnEmptyRequiredTextAsATypedClientDoes) {
  LocalObjectReference ref;
  ref.kind = "ConfigMap";
  ref.name = "ca";
  EXPECT_EQ(Encode(TypeOf<LocalObjectReference>(), &ref, Secrets::kRedact),
            Value::MakeObject().Set("group", "").Set("kind", "ConfigMap").Set("name", "ca"));
}

TEST(EncodeTest, RedactsSecretsUnlessTold) {
  Secret secret;
  secret.metadata.name = "s";
  secret.data["tls.key"] = PrivateBytes("key");
  secret.string_data["other"] = PrivateText("word");
  const Object object = Object::Make(secret);
  const Value hidden = Encode(object, Secrets::kRedact);
  EXPECT_EQ(*hidden.Find("data")->Find("tls.key")->AsString(), "[redacted]");
  EXPECT_EQ(*hidden.Find("stringData")->Find("other")->AsString(), "[redacted]");
  const Value shown = Encode(object, Secrets::kReveal);
  EXPECT_EQ(*shown.Find("data")->Find("tls.key")->AsString(), "a2V5");
  EXPECT_EQ(*shown.Find("stringData")->Find("other")->AsString(), "word");
}

TEST(EncodeTest, WritesTimesInUtc) {
  Condition condition;
  condition.last_transition_time = absl::FromUnixSeconds(0);
  EXPECT_EQ(*Encode(TypeOf<Condition>(), &condition, Secrets::kRedact)
                 .Find("lastTransitionTime")
                 ->AsString(),
            "1970-01-01T00:00:00Z");
}

TEST(LabelSelectorTest, AllDemandsMustHold) {
  const TextMap<Text> labels = {{"team", "a"}, {"tier", "web"}};
  LabelSelector selector;
  EXPECT_TRUE(Matches(selector, labels));
  selector.match_labels["team"] = "a";
  EXPECT_TRUE(Matches(selector, labels));
  EXPECT_FALSE(Matches(selector, {}));
  const auto with = [&selector](const char* key, const char* op, List<Text> values) {
    LabelSelector more = selector;
    LabelSelectorRequirement requirement;
    requirement.key = key;
    requirement.op = op;
    requirement.values = std::move(values);
    more.match_expressions.push_back(requirement);
    return more;
  };
  EXPECT_TRUE(Matches(with("tier", "In", {"db", "web"}), labels));
  EXPECT_FALSE(Matches(with("tier", "In", {"db"}), labels));
  EXPECT_FALSE(Matches(with("none", "In", {"db"}), labels));
  EXPECT_TRUE(Matches(with("tier", "NotIn", {"db"}), labels));
  EXPECT_TRUE(Matches(with("none", "NotIn", {"db"}), labels));
  EXPECT_FALSE(Matches(with("tier", "NotIn", {"web"}), labels));
  EXPECT_TRUE(Matches(with("tier", "Exists", {}), labels));
  EXPECT_FALSE(Matches(with("none", "Exists", {}), labels));
  EXPECT_TRUE(Matches(with("none", "DoesNotExist", {}), labels));
  EXPECT_FALSE(Matches(with("tier", "DoesNotExist", {}), labels));
  EXPECT_FALSE(Matches(with("tier", "Nope", {"web"}), labels));
}

TEST(KindsTest, AreInTheOrderOfTheEnumerationAndOfTheirNames) {
  ASSERT_FALSE(AllKinds().empty());
  for (size_t i = 0; i < AllKinds().size(); ++i) {
    const KindInfo& info = AllKinds()[i];
    EXPECT_EQ(static_cast<size_t>(info.kind), i + 1);
    if (i > 0) {
      EXPECT_LT(AllKinds()[i - 1].name, info.name);
    }
    EXPECT_EQ(&InfoOf(info.kind), &info);
    EXPECT_EQ(FindKind(info.group, info.name), &info);
    EXPECT_EQ(info.type().name(), info.name);
    EXPECT_FALSE(info.versions.empty());
  }
  EXPECT_EQ(FindKind("", "HTTPRoute"), nullptr);
  EXPECT_EQ(FindKind(kGatewayGroup, "httproute"), nullptr);
}

TEST(ObjectTest, TakesTheKindsPreferredVersion) {
  BackendTLSPolicy policy;
  policy.metadata.name = "p";
  policy.metadata.ns = "shop";
  const Object object = Object::Make(policy);
  EXPECT_EQ(object.api_version(), "gateway.networking.k8s.io/v1");
  EXPECT_EQ(object.key(),
            (ObjectKey{"gateway.networking.k8s.io", "BackendTLSPolicy", "shop", "p"}));
  EXPECT_EQ(object.key().ToString(), "BackendTLSPolicy shop/p");
  EXPECT_EQ(object.As<HTTPRoute>(), nullptr);
  EXPECT_EQ(object.Share<BackendTLSPolicy>().get(), object.As<BackendTLSPolicy>());
}

TEST(ObjectTest, ClusterScopedKindsHaveNoNamespaceInTheirKey) {
  GatewayClass gateway_class;
  gateway_class.metadata.name = "c";
  gateway_class.metadata.ns = "stray";
  EXPECT_EQ(Object::Make(gateway_class).key().ns, "");
}

TEST(ObjectTest, EqualityLooksAtFieldsAndNotAtWhatTheTextGave) {
  Gateway a;
  a.metadata.name = "g";
  Gateway b = a;
  b.given = ApiStruct::kFromText;
  EXPECT_EQ(Object::Make(a), Object::Make(b));
  b.spec.listeners.emplace_back();
  EXPECT_NE(Object::Make(a), Object::Make(b));
  EXPECT_NE(Object::Make(a), Object());
  EXPECT_EQ(Object(), Object());
}

}  // namespace
}  // namespace gwpolicy

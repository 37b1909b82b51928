#include "gwpolicy/envoy/messages.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver.h"
#include "google/protobuf/util/type_resolver_util.h"
#include "gwpolicy/envoy/proto/core.pb.h"

namespace gwpolicy {
namespace envoy {
namespace {

namespace pb = google::protobuf;

constexpr absl::string_view kUrlPrefix = "type.googleapis.com/";
constexpr absl::string_view kEnvoyUrlPrefix = "type.googleapis.com/envoy.";
constexpr absl::string_view kOurPackage = "gwpolicy.";

// Finds our messages under Envoy's names.
class EnvoyTypeResolver : public pb::util::TypeResolver {
 public:
  EnvoyTypeResolver()
      : types_(pb::util::NewTypeResolverForDescriptorPool("type.googleapis.com",
                                                          pb::DescriptorPool::generated_pool())) {}

  pb::util::Status ResolveMessageType(const std::string& url, pb::Type* type) override {
    return types_->ResolveMessageType(OurUrl(url), type);
  }
  pb::util::Status ResolveEnumType(const std::string& url, pb::Enum* type) override {
    return types_->ResolveEnumType(OurUrl(url), type);
  }

 private:
  static std::string OurUrl(const std::string& url) {
    absl::string_view name = url;
    if (!absl::StartsWith(name, kEnvoyUrlPrefix)) return url;
    name.remove_prefix(kUrlPrefix.size());
    return absl::StrCat(kUrlPrefix, kOurPackage, name);
  }

  const std::unique_ptr<pb::util::TypeResolver> types_;
};

EnvoyTypeResolver* TypeResolver() {
  static EnvoyTypeResolver* const resolver = new EnvoyTypeResolver();
  return resolver;
}

}  // namespace

std::string TypeUrl(const pb::Message& message) {
  return absl::StrCat(kUrlPrefix,
                      absl::StripPrefix(message.GetDescriptor()->full_name(), kOurPackage));
}

std::string Serialize(const pb::Message& message) {
  std::string bytes;
  {
    pb::io::StringOutputStream stream(&bytes);
    pb::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

void Pack(const pb::Message& message, pb::Any* any) {
  any->set_type_url(TypeUrl(message));
  any->set_value(Serialize(message));
}

absl::StatusOr<std::string> ToJson(absl::string_view type_url, absl::string_view bytes) {
  // No message of protobuf goes into the error: it may quote the input, which may hold a key.
  const auto invalid = [&] {
    return absl::InvalidArgumentError(absl::StrCat("not a message of type \"", type_url, "\""));
  };
  // The printer reads over damage, the parser does not.
  const pb::Descriptor* descriptor =
      absl::StartsWith(type_url, kEnvoyUrlPrefix)
          ? pb::DescriptorPool::generated_pool()->FindMessageTypeByName(
                absl::StrCat(kOurPackage, absl::StripPrefix(type_url, kUrlPrefix)))
          : nullptr;
  if (descriptor == nullptr || bytes.size() > std::numeric_limits<int>::max()) return invalid();
  const std::unique_ptr<pb::Message> message(
      pb::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
  if (!message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return invalid();

  pb::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string json;
  const pb::util::Status status = pb::util::BinaryToJsonString(
      TypeResolver(), std::string(type_url), std::string(bytes), &json, options);
  if (!status.ok()) return invalid();
  return json;
}

void SetDuration(absl::Duration duration, pb::Duration* out) {
  // google/protobuf/duration.proto gives the limit, about 10,000 years.
  constexpr int64_t kMaxSeconds = 315576000000;
  const absl::Duration longest = absl::Seconds(kMaxSeconds);
  const absl::Duration d = std::min(std::max(duration, absl::ZeroDuration()), longest);
  absl::Duration rest;
  out->set_seconds(absl::IDivDuration(d, absl::Seconds(1), &rest));
  out->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
}

void SetAddress(const Endpoint& endpoint, config::core::v3::Address* out) {
  auto* socket = out->mutable_socket_address();
  socket->set_address(endpoint.host);
  socket->set_port_value(static_cast<uint32_t>(endpoint.port));
}

void SetAds(config::core::v3::ConfigSource* out) {
  out->mutable_ads();
  out->set_resource_api_version(config::core::v3::V3);
}

bool IsIpLiteral(const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

bool IsHeaderValue(absl::string_view value) {
  return value.find_first_of(absl::string_view("\0\r\n", 3)) == absl::string_view::npos;
}

}  // namespace envoy
}  // namespace gwpolicy

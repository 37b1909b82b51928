#include "gwpolicy/api/gateway/session_persistence.h"

#include "gwpolicy/api/formats.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kLifetimes[] = {"Permanent", "Session"};
constexpr absl::string_view kTypes[] = {"Cookie", "Header"};

bool PermanentCookieHasTimeout(const SessionPersistence& session) {
  return !session.cookie.has_value() || session.cookie->lifetime_type != "Permanent" ||
         !session.absolute_timeout.empty();
}
bool CookieIsOnlyForItsType(const SessionPersistence& session) {
  return !session.cookie.has_value() || session.type == "Cookie";
}
bool CookieIsThereForItsType(const SessionPersistence& session) {
  return session.type != "Cookie" || session.cookie.has_value();
}
bool HeaderIsOnlyForItsType(const SessionPersistence& session) {
  return !session.header.has_value() || session.type == "Header";
}
bool HeaderIsThereForItsType(const SessionPersistence& session) {
  return session.type != "Header" || session.header.has_value();
}

}  // namespace

template <>
const TypeInfo& TypeOf<CookieConfig>() {
  using T = CookieConfig;
  static const TypeInfo* const kType =
      TypeBuilder<T>("CookieConfig", Doc{"A cookie that names the session."})
          .Field<&T::name>("name", kHeaderName,
                           Doc{"Name of the cookie; the implementation chooses one if absent."})
          .Field<&T::lifetime_type>("lifetimeType", Defaulted{}, OneOf{kLifetimes},
                                    Doc{"Whether it outlives the browser."})
          .Field<&T::path>("path", Defaulted{}, Length{0, 1024},
                           Doc{"Paths that the cookie is sent with."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<HeaderConfig>() {
  using T = HeaderConfig;
  static const TypeInfo* const kType =
      TypeBuilder<T>("HeaderConfig", Doc{"A header that names the session."})
          .Field<&T::name>("name", Required{}, kHeaderName, Doc{"Name of the header."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<SessionPersistence>() {
  using T = SessionPersistence;
  static const TypeInfo* const kType =
      TypeBuilder<T>("SessionPersistence", Doc{"How a client stays with one endpoint."})
          .Field<&T::type>("type", Defaulted{}, OneOf{kTypes},
                           Doc{"Which of cookie and header is set."})
          .Field<&T::cookie>("cookie", Doc{"The cookie."})
          .Field<&T::header>("header", Doc{"The header."})
          .Field<&T::absolute_timeout>("absoluteTimeout", kDuration,
                                       Doc{"How long a session lasts at most."})
          .Rule<&PermanentCookieHasTimeout>(
              "AbsoluteTimeout must be specified when cookie lifetimeType is Permanent")
          .Rule<&CookieIsOnlyForItsType>("cookie must be nil if type is not Cookie")
          .Rule<&CookieIsThereForItsType>("cookie must be specified for Cookie type")
          .Rule<&HeaderIsOnlyForItsType>("header must be nil if type is not Header")
          .Rule<&HeaderIsThereForItsType>("header must be specified for Header type")
          .Build();
  return *kType;
}

}  // namespace gwpolicy

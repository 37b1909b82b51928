#include <pybind11/pybind11.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/probe/system_trust.h"
#include "python/bindings.h"

namespace gwpolicy {
namespace python {
namespace {

constexpr int kMaxDepth = 200;

py::object ClassOfCode(absl::StatusCode code) {
  const py::module_ errors = py::module_::import("gwpolicy._errors");
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return errors.attr("InvalidArgumentError");
    case absl::StatusCode::kNotFound:
      return errors.attr("NotFoundError");
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
      return errors.attr("FailedPreconditionError");
    case absl::StatusCode::kUnimplemented:
      return errors.attr("UnimplementedError");
    default:  // of somebody else's enumeration
      return errors.attr("Error");
  }
}

Value ToValueAt(py::handle object, int depth) {
  if (depth > kMaxDepth) throw py::value_error("nested too deeply");
  if (object.is_none()) return Value();
  if (py::isinstance<py::bool_>(object)) return Value(object.cast<bool>());
  if (py::isinstance<py::int_>(object)) return Value(object.cast<int64_t>());
  if (py::isinstance<py::float_>(object)) return Value(object.cast<double>());
  if (py::isinstance<py::str>(object)) return Value(object.cast<std::string>());
  if (py::isinstance<py::dict>(object)) {
    Value out = Value::MakeObject();
    Value::Object& members = *out.AsObject();
    for (auto [key, value] : py::reinterpret_borrow<py::dict>(object)) {
      if (!py::isinstance<py::str>(key)) throw py::type_error("keys must be str");
      members.emplace_back(key.cast<std::string>(), ToValueAt(value, depth + 1));
    }
    return out;
  }
  if (py::isinstance<py::list>(object) || py::isinstance<py::tuple>(object)) {
    Value out = Value::MakeList();
    for (py::handle item : object) out.Append(ToValueAt(item, depth + 1));
    return out;
  }
  throw py::type_error(absl::StrCat("cannot write a ", Py_TYPE(object.ptr())->tp_name, " as JSON"));
}

}  // namespace

void RaiseStatus(const absl::Status& status) {
  const py::object type = ClassOfCode(status.code());
  const py::object error =
      type(ToStr(status.message()), ToStr(absl::StatusCodeToString(status.code())));
  PyErr_SetObject(type.ptr(), error.ptr());
  throw py::error_already_set();
}

py::str ToStr(absl::string_view text) {
  return py::reinterpret_steal<py::str>(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

py::object ToPython(const Value& value) {
  if (const bool* b = value.AsBool()) return py::bool_(*b);
  if (const int64_t* i = value.AsInt()) return py::int_(*i);
  if (const double* d = value.AsDouble()) return py::float_(*d);
  if (const std::string* s = value.AsString()) return ToStr(*s);
  if (const Value::List* list = value.AsList()) {
    py::list out(list->size());
    for (size_t i = 0; i < list->size(); ++i) out[i] = ToPython((*list)[i]);
    return std::move(out);
  }
  if (const Value::Object* members = value.AsObject()) {
    py::dict out;
    for (const Value::Member& member : *members) out[ToStr(member.first)] = ToPython(member.second);
    return std::move(out);
  }
  return py::none();
}

Value ToValue(py::handle object) { return ToValueAt(object, 0); }

absl::Time ToTime(const py::object& time, absl::string_view name) {
  if (time.is_none()) return absl::Now();
  if (py::isinstance<py::str>(time)) {
    absl::Time out;
    std::string error;
    const std::string text = time.cast<std::string>();
    if (!absl::ParseTime(absl::RFC3339_full, text, &out, &error) || out == absl::InfinitePast() ||
        out == absl::InfiniteFuture()) {
      RaiseStatus(absl::InvalidArgumentError(absl::StrCat(
          name, ": '", text, "' is not a time in the form of RFC 3339, 2026-07-07T10:40:40Z")));
    }
    return out;
  }
  const py::object datetime = py::module_::import("datetime").attr("datetime");
  if (!py::isinstance(time, datetime)) {
    throw py::type_error(absl::StrCat(name, ": must be None, str or datetime"));
  }
  if (time.attr("utcoffset")().is_none()) {
    RaiseStatus(absl::InvalidArgumentError(
        absl::StrCat(name, ": the datetime has no time zone; use datetime.now(timezone.utc)")));
  }
  return absl::FromUDate(time.attr("timestamp")().cast<double>() * 1000);
}

py::object ToDatetime(absl::Time time) {
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) return py::none();
  const py::module_ datetime = py::module_::import("datetime");
  return datetime.attr("datetime")
      .attr("fromtimestamp")(absl::ToUnixSeconds(time), datetime.attr("timezone").attr("utc"));
}

absl::Duration ToDuration(const py::object& duration, absl::string_view name) {
  double seconds = 0;
  if (py::hasattr(duration, "total_seconds")) {
    seconds = duration.attr("total_seconds")().cast<double>();
  } else {
    seconds = duration.cast<double>();
  }
  if (!std::isfinite(seconds) || seconds < 0) {
    RaiseStatus(absl::InvalidArgumentError(
        absl::StrCat(name, ": must be a number of seconds that is not negative")));
  }
  return absl::Seconds(seconds);
}

tls::VerifyMode ToMode(const std::string& mode) {
  if (mode == "envoy") return tls::VerifyMode::kEnvoy;
  if (mode == "strict") return tls::VerifyMode::kStrict;
  RaiseStatus(
      absl::InvalidArgumentError(absl::StrCat("'", mode, "' is no mode; use envoy or strict")));
}

std::shared_ptr<const tls::TrustBundle> SystemTrustOrNull(const std::string& system_ca) {
  absl::StatusOr<probe::SystemTrust> system = probe::LoadSystemTrust({system_ca, ""});
  if (system.ok()) return system->bundle;
  if (!system_ca.empty()) RaiseStatus(system.status());
  return nullptr;
}

std::vector<std::shared_ptr<const BackendTls>> ToBackends(const py::iterable& items) {
  std::vector<std::shared_ptr<const BackendTls>> out;
  for (py::handle item : items) out.push_back(item.cast<const PyBackend&>().result);
  return out;
}

std::vector<std::shared_ptr<const PolicyResult>> ToPolicies(const py::iterable& items) {
  std::vector<std::shared_ptr<const PolicyResult>> out;
  for (py::handle item : items) out.push_back(item.cast<const PyPolicy&>().result);
  return out;
}

std::vector<std::shared_ptr<const RoutedGateway>> ToGateways(const py::iterable& items) {
  std::vector<std::shared_ptr<const RoutedGateway>> out;
  for (py::handle item : items) out.push_back(item.cast<const PyGateway&>().result);
  return out;
}

}  // namespace python
}  // namespace gwpolicy

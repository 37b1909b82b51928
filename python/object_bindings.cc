#include <pybind11/operators.h>
#include <pybind11/pybind11.h>

#include <string>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"
#include "python/bindings.h"

// Objects are read through the tables that describe their types: a field that gets a row there is
// an attribute here.
namespace gwpolicy {
namespace python {
namespace {

// A struct inside an object. Holds the object, so that it stays alive and unchanged.
struct Fields {
  Object owner;
  const TypeInfo* type = nullptr;
  const void* value = nullptr;
};

// "targetRefs" -> "target_refs", "wellKnownCACertificates" -> "well_known_ca_certificates".
std::string SnakeCase(absl::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool upper = absl::ascii_isupper(static_cast<unsigned char>(name[i]));
    const bool after_lower = i > 0 && !absl::ascii_isupper(static_cast<unsigned char>(name[i - 1]));
    const bool before_lower =
        i + 1 < name.size() && absl::ascii_islower(static_cast<unsigned char>(name[i + 1]));
    if (upper && i > 0 && (after_lower || before_lower)) out += '_';
    out += absl::ascii_tolower(static_cast<unsigned char>(name[i]));
  }
  return out;
}

const FieldInfo* FindField(const TypeInfo& type, absl::string_view name) {
  for (const FieldInfo& field : type.fields()) {
    if (field.name == name || SnakeCase(field.name) == name) return &field;
  }
  return nullptr;
}

py::object ReadValue(const Object& owner, const ValueInfo& info, const void* value) {
  switch (info.shape) {
    case Shape::kString:
      return ToStr(*static_cast<const Text*>(value));
    case Shape::kPrivateString:
    case Shape::kBase64:
      return ToStr("[redacted]");
    case Shape::kBool:
      return py::bool_(*static_cast<const bool*>(value));
    case Shape::kInt32:
      return py::int_(*static_cast<const int32_t*>(value));
    case Shape::kInt64:
      return py::int_(*static_cast<const int64_t*>(value));
    case Shape::kIntOrString: {
      const IntOrString& either = *static_cast<const IntOrString*>(value);
      if (either.is_int) return py::int_(either.number);
      return ToStr(either.text);
    }
    case Shape::kTime:
      return ToDatetime(*static_cast<const absl::Time*>(value));
    case Shape::kStruct:
      return py::cast(Fields{owner, &info.struct_type(), value});
    case Shape::kList: {
      py::list out;
      for (size_t i = 0; i < info.list_size(value); ++i) {
        out.append(ReadValue(owner, *info.element, info.list_at(value, i)));
      }
      return std::move(out);
    }
    case Shape::kMap: {
      py::dict out;
      info.map_for_each(value, [&](absl::string_view key, const void* item) {
        out[ToStr(key)] = ReadValue(owner, *info.element, item);
      });
      return std::move(out);
    }
    case Shape::kAny:
      return ToPython(*static_cast<const Value*>(value));
  }
  return py::none();
}

// Fields that are absent and have no default are None; lists and maps are then empty.
py::object ReadField(const Object& owner, const FieldInfo& field, const void* object) {
  const void* value = field.get(object);
  const bool is_collection =
      field.value->shape == Shape::kList || field.value->shape == Shape::kMap;
  if (value == nullptr) {
    if (field.value->shape == Shape::kList) return py::list();
    if (field.value->shape == Shape::kMap) return py::dict();
    return py::none();
  }
  if (!is_collection && !field.required && !TypeInfo::IsPresent(field, object)) return py::none();
  return ReadValue(owner, *field.value, value);
}

py::object ReadNamed(const Object& owner, const TypeInfo& type, const void* value,
                     const std::string& name) {
  const FieldInfo* field = FindField(type, name);
  if (field == nullptr) {
    throw py::attribute_error(absl::StrCat(type.name(), " has no field '", name, "'"));
  }
  return ReadField(owner, *field, value);
}

py::list NamesOf(const TypeInfo& type, std::initializer_list<const char*> more) {
  py::list out;
  for (const char* name : more) out.append(name);
  for (const FieldInfo& field : type.fields()) out.append(SnakeCase(field.name));
  return out;
}

const void* RawMeta(const Object& object) { return static_cast<const ApiStruct*>(&object.meta()); }

py::object ReadTopLevel(const Object& object, const std::string& name) {
  if (object.kind() != Kind::kUntyped) {
    return ReadNamed(object, InfoOf(object.kind()).type(), object.raw(), name);
  }
  const UntypedObject* untyped = object.As<UntypedObject>();
  const Value* member = untyped == nullptr ? nullptr : untyped->body.Find(name);
  if (member == nullptr) {
    throw py::attribute_error(absl::StrCat(object.kind_name(), " has no field '", name, "'"));
  }
  return ToPython(*member);
}

Secrets SecretsOf(bool reveal) { return reveal ? Secrets::kReveal : Secrets::kRedact; }

}  // namespace

void RegisterObjects(py::module_& module) {
  py::class_<Fields>(module, "Fields",
                     "A part of an object. Attributes are the fields of the API, in snake case or "
                     "as in manifests. Immutable.")
      .def("__getattr__",
           [](const Fields& f, const std::string& name) {
             return ReadNamed(f.owner, *f.type, f.value, name);
           })
      .def("__dir__", [](const Fields& f) { return NamesOf(*f.type, {"to_dict"}); })
      .def(
          "to_dict",
          [](const Fields& f, bool reveal) {
            return ToPython(Encode(*f.type, f.value, SecretsOf(reveal)));
          },
          py::kw_only(), py::arg("reveal_secrets") = false, "As in a manifest.")
      .def(
          "__eq__",
          [](const Fields& a, const Fields& b) {
            return a.type == b.type && Equal(*a.type, a.value, b.value);
          },
          py::is_operator())
      .def("__repr__", [](const Fields& f) {
        return ToStr(absl::StrCat(
            "<", f.type->name(), " ",
            py::repr(ToPython(Encode(*f.type, f.value, Secrets::kRedact))).cast<std::string>(),
            ">"));
      });

  py::class_<ObjectKey>(module, "ObjectKey",
                        "Identity of an object in a cluster; its API version is no part of it. "
                        "Immutable.")
      .def(py::init([](std::string group, std::string kind, std::string ns, std::string name) {
             return ObjectKey{std::move(group), std::move(kind), std::move(ns), std::move(name)};
           }),
           py::kw_only(), py::arg("group"), py::arg("kind"), py::arg("namespace") = "",
           py::arg("name"))
      .def_property_readonly("group", [](const ObjectKey& k) { return ToStr(k.group); })
      .def_property_readonly("kind", [](const ObjectKey& k) { return ToStr(k.kind); })
      .def_property_readonly("namespace", [](const ObjectKey& k) { return ToStr(k.ns); })
      .def_property_readonly("name", [](const ObjectKey& k) { return ToStr(k.name); })
      .def(py::self == py::self)
      .def(py::self < py::self)
      .def("__hash__", [](const ObjectKey& k) { return absl::HashOf(k); })
      .def("__str__", [](const ObjectKey& k) { return ToStr(k.ToString()); })
      .def("__repr__", [](const ObjectKey& k) {
        const auto repr = [](const std::string& text) {
          return py::repr(ToStr(text)).cast<std::string>();
        };
        return ToStr(absl::StrCat("ObjectKey(group=", repr(k.group), ", kind=", repr(k.kind),
                                  ", namespace=", repr(k.ns), ", name=", repr(k.name), ")"));
      });

  py::class_<Object>(module, "Object",
                     "A Kubernetes object of any kind, with the place that it was read from. "
                     "Attributes beside those listed here are the fields of the kind: "
                     "`policy.spec.validation.hostname`. Immutable.")
      .def_property_readonly("api_version", [](const Object& o) { return ToStr(o.api_version()); })
      .def_property_readonly("group", [](const Object& o) { return ToStr(o.group()); })
      .def_property_readonly("kind", [](const Object& o) { return ToStr(o.kind_name()); })
      .def_property_readonly("namespace", [](const Object& o) { return ToStr(o.meta().ns); })
      .def_property_readonly("name", [](const Object& o) { return ToStr(o.meta().name); })
      .def_property_readonly("key", [](const Object& o) { return o.key(); })
      .def_property_readonly("metadata",
                             [](const Object& o) {
                               return Fields{o, &TypeOf<ObjectMeta>(), RawMeta(o)};
                             })
      .def_property_readonly(
          "file",
          [](const Object& o) { return ToStr(o.source() == nullptr ? "" : o.source()->file()); },
          "As it was named; '' where the object came from no file.")
      .def_property_readonly(
          "line",
          [](const Object& o) { return o.source() == nullptr ? 0 : o.source()->Find("").line; },
          "Where the object begins, from 1; 0 is unknown.")
      .def(
          "position",
          [](const Object& o, const std::string& field_path) {
            const SourcePosition at =
                o.source() == nullptr ? SourcePosition() : o.source()->Find(field_path);
            return py::make_tuple(at.line, at.column);
          },
          py::arg("field_path"),
          "(line, column) of a field, or of the nearest part around it that is in the text.")
      .def("__getattr__", &ReadTopLevel)
      .def("__dir__",
           [](const Object& o) {
             const std::initializer_list<const char*> own = {
                 "api_version", "group", "kind",     "namespace", "name",   "key",
                 "file",        "line",  "metadata", "position",  "to_dict"};
             if (o.kind() == Kind::kUntyped) return NamesOf(TypeOf<ObjectMeta>(), own);
             return NamesOf(InfoOf(o.kind()).type(), own);
           })
      .def(
          "to_dict",
          [](const Object& o, bool reveal) { return ToPython(Encode(o, SecretsOf(reveal))); },
          py::kw_only(), py::arg("reveal_secrets") = false,
          "As in a manifest; the values of a Secret are '[redacted]' unless asked for.")
      .def(py::self == py::self)
      .def("__hash__", [](const Object& o) { return absl::HashOf(o.key()); })
      .def("__repr__",
           [](const Object& o) { return ToStr(absl::StrCat("<", o.key().ToString(), ">")); });
}

}  // namespace python
}  // namespace gwpolicy

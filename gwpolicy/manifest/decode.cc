#include "gwpolicy/manifest/decode.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gwpolicy/base/go_float.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/manifest/text_writer.h"

namespace gwpolicy::manifest {
namespace {

// The types of JSON in the words of the server's schema validation.
absl::string_view SchemaType(NodeKind kind) {
  switch (kind) {
    case NodeKind::kNull:
      return "null";
    case NodeKind::kBool:
      return "boolean";
    case NodeKind::kInt:
      return "integer";
    case NodeKind::kFloat:
      return "number";
    case NodeKind::kString:
      return "string";
    case NodeKind::kSequence:
      return "array";
    case NodeKind::kMapping:
      return "object";
  }
  return "";
}

// The same in the words of Go's decoder, which reads metadata.
absl::string_view GoJsonType(NodeKind kind) {
  switch (kind) {
    case NodeKind::kNull:
      return "null";
    case NodeKind::kBool:
      return "bool";
    case NodeKind::kInt:
    case NodeKind::kFloat:
      return "number";
    case NodeKind::kString:
      return "string";
    case NodeKind::kSequence:
      return "array";
    case NodeKind::kMapping:
      return "object";
  }
  return "";
}

absl::string_view WantedSchemaType(Shape shape) {
  switch (shape) {
    case Shape::kString:
    case Shape::kPrivateString:
    case Shape::kBase64:
    case Shape::kTime:
      return "string";
    case Shape::kBool:
      return "boolean";
    case Shape::kInt32:
    case Shape::kInt64:
      return "integer";
    case Shape::kIntOrString:
      return "integer or string";
    case Shape::kStruct:
    case Shape::kMap:
      return "object";
    case Shape::kList:
      return "array";
    case Shape::kAny:
      return "any";
  }
  return "";
}

absl::string_view WantedGoType(const ValueInfo& info) {
  switch (info.shape) {
    case Shape::kBool:
      return "bool";
    case Shape::kInt32:
      return "int32";
    case Shape::kInt64:
      return "int64";
    case Shape::kList:
      return "[]string";
    case Shape::kMap:
      return "map[string]string";
    case Shape::kTime:
      return "v1.Time";
    case Shape::kString:
    case Shape::kPrivateString:
    case Shape::kBase64:
    case Shape::kIntOrString:
    case Shape::kStruct:
    case Shape::kAny:
      return "string";
  }
  return "";
}

enum class Outcome {
  kGood,
  kTooLarge,  // a number that the field cannot hold
  kPartly,    // some items or entries could not be read and are empty
  kBad,       // the value is of no use
};

class Decoder {
 public:
  // `has_definition`: whether the kind is a custom resource.
  Decoder(Tree& tree, bool has_definition, RecentTexts& texts, FindingSink& sink)
      : tree_(tree), has_definition_(has_definition), texts_(texts), sink_(sink) {}

  // Reads the fields of a table. `skip_head` leaves out what is read outside the tables.
  void DecodeStruct(const TypeInfo& type, NodeId mapping, void* out, bool skip_head) {
    uint32_t& given = TypeInfo::GivenBits(out);
    given |= ApiStruct::kFromText;
    size_t hint = 0;
    for (NodeId child = tree_.at(mapping).first_child; child != 0;
         child = tree_.at(child).next_sibling) {
      Node& node = tree_.at(child);
      if (skip_head && (node.key == "apiVersion" || node.key == "kind" || node.key == "metadata")) {
        continue;
      }
      const FieldInfo* field = type.Find(node.key, hint);
      auto scope = sink_.Field(node.key);
      if (field == nullptr) {
        sink_.Add(Code::kSchemaUnknownField, absl::StrCat("unknown field \"", sink_.Path(), "\""));
        continue;
      }
      node.name_id = field->name_id;
      if (node.kind == NodeKind::kNull) continue;  // the same as absent
      if (in_metadata_) metadata_field_ = field->name;
      const uint32_t bit = uint32_t{1} << field->index;
      given |= bit;
      // The server throws a given status away and minds only names that it does not know.
      const bool is_status = skip_head && field->name == "status";
      if (is_status) in_status_ = true;
      void* value = field->mutable_get(out);
      // All else is replaced, or new.
      const bool may_hold_default = field->value->shape == Shape::kList ||
                                    field->value->shape == Shape::kMap || field->defaulted;
      if (may_hold_default) field->value->clear(value);
      const Outcome outcome = DecodeValue(*field, *field->value, child, value);
      // A status that is no mapping is the same as none.
      const bool is_none = is_status && outcome == Outcome::kBad;
      if (outcome != Outcome::kGood && !is_none) static_cast<ApiStruct*>(out)->broken |= bit;
      if (outcome == Outcome::kTooLarge || is_none) given &= ~bit;
      if (outcome == Outcome::kBad) field->clear(out);
      if (!field->ip_address_when.field.empty() && outcome == Outcome::kBad && !in_status_) {
        NoAddress(*field, mapping, node.kind);
      }
      if (is_status) in_status_ = false;
    }
  }

  void DecodeMetadata(NodeId mapping, ObjectMeta& meta) {
    in_metadata_ = true;
    DecodeStruct(TypeOf<ObjectMeta>(), mapping, &meta, false);
    in_metadata_ = false;
  }

  void WrongType(NodeKind found, const ValueInfo& wanted, bool any_width = false) {
    if (in_status_) return;
    if (in_metadata_) {
      sink_.Add(Code::kSchemaWrongType,
                absl::StrCat("json: cannot unmarshal ", GoJsonType(found),
                             " into Go struct field ObjectMeta.", metadata_field_, " of type ",
                             WantedGoType(wanted)));
      return;
    }
    absl::string_view type = WantedSchemaType(wanted.shape);
    absl::string_view has = SchemaType(found);
    // Where a number has a format, the server looks at that first, and knows few types then.
    const bool has_no_name = found == NodeKind::kBool || found == NodeKind::kMapping;
    if (wanted.shape == Shape::kInt32 && !any_width && (found == NodeKind::kFloat || has_no_name)) {
      type = "int32";
      has = has_no_name ? "" : "float64";
    }
    sink_.Add(Code::kSchemaWrongType,
              absl::StrCat("Invalid value: \"", has, "\": ", sink_.Path(),
                           " in body must be of type ", type, ": \"", has, "\""));
  }

 private:
  // Where the outcome is not good, the reason is in the sink.
  Outcome DecodeValue(const FieldInfo& field, const ValueInfo& info, NodeId id, void* out) {
    const Node& node = tree_.at(id);
    switch (info.shape) {
      case Shape::kString:
        if (node.kind != NodeKind::kString) break;
        *static_cast<Text*>(out) = texts_.Get(node.text);
        return Outcome::kGood;
      case Shape::kPrivateString:
        if (node.kind != NodeKind::kString) break;
        *static_cast<PrivateText*>(out) = PrivateText(std::string(node.text));
        return Outcome::kGood;
      case Shape::kBase64: {
        if (node.kind != NodeKind::kString) break;
        std::string bytes;
        if (!absl::Base64Unescape(node.text, &bytes)) {
          sink_.Add(Code::kSchemaFormat, "illegal base64 data");
          return Outcome::kBad;
        }
        *static_cast<PrivateBytes*>(out) = PrivateBytes(std::move(bytes));
        return Outcome::kGood;
      }
      case Shape::kBool:
        if (node.kind != NodeKind::kBool) break;
        *static_cast<bool*>(out) = node.boolean;
        return Outcome::kGood;
      case Shape::kInt32: {
        int64_t number = 0;
        if (!AsInteger(node, number)) {
          if (node.kind != NodeKind::kFloat || !has_definition_) break;
          WrongType(node.kind, info, field.any_width);
          NotInt32(field, node.number);
          return Outcome::kBad;
        }
        if (number < std::numeric_limits<int32_t>::min() ||
            number > std::numeric_limits<int32_t>::max()) {
          NotInt32(field, number);
          // That there is a number is all that some rules look at.
          *static_cast<int32_t*>(out) = number < 0 ? std::numeric_limits<int32_t>::min()
                                                   : std::numeric_limits<int32_t>::max();
          return Outcome::kTooLarge;
        }
        *static_cast<int32_t*>(out) = static_cast<int32_t>(number);
        return Outcome::kGood;
      }
      case Shape::kInt64:
        if (AsInteger(node, *static_cast<int64_t*>(out))) return Outcome::kGood;
        if (node.kind != NodeKind::kFloat || !has_definition_ || !field.any_width) break;
        WrongType(node.kind, info, true);
        NotInt32(field, node.number);
        return Outcome::kBad;
      case Shape::kIntOrString: {
        auto& either = *static_cast<IntOrString*>(out);
        if (AsInteger(node, either.number)) {
          either.is_int = true;
          return Outcome::kGood;
        }
        if (node.kind != NodeKind::kString) break;
        either.text = texts_.Get(node.text);
        return Outcome::kGood;
      }
      case Shape::kTime:
        if (node.kind != NodeKind::kString) break;
        return DecodeTime(node.text, *static_cast<absl::Time*>(out));
      case Shape::kStruct:
        if (node.kind != NodeKind::kMapping) break;
        DecodeStruct(info.struct_type(), id, out, false);
        return Outcome::kGood;
      case Shape::kList:
        if (node.kind != NodeKind::kSequence) break;
        return DecodeList(field, info, id, out);
      case Shape::kMap:
        if (node.kind != NodeKind::kMapping) break;
        return DecodeMap(field, info, id, out);
      case Shape::kAny:
        *static_cast<Value*>(out) = ToValue(tree_, id);
        return Outcome::kGood;
    }
    WrongType(node.kind, info, field.any_width);
    if (has_definition_ && !in_metadata_) ReportMembers(id);
    return Outcome::kBad;
  }

  // Where no object is wanted, or an object for a list, the server knows none of its fields.
  void ReportMembers(NodeId id) {
    const bool is_mapping = tree_.at(id).kind == NodeKind::kMapping;
    size_t index = 0;
    for (NodeId child = tree_.at(id).first_child; child != 0;
         child = tree_.at(child).next_sibling) {
      if (is_mapping) {
        auto scope = sink_.Field(tree_.at(child).key);
        sink_.Add(Code::kSchemaUnknownField, absl::StrCat("unknown field \"", sink_.Path(), "\""));
      } else {
        auto scope = sink_.Index(index++);
        ReportMembers(child);
      }
    }
  }

  // An item that cannot be read stays as an empty one, so that the others keep their indices and a
  // list of names does not become an empty list.
  Outcome DecodeList(const FieldInfo& field, const ValueInfo& info, NodeId id, void* out) {
    size_t index = 0;
    Outcome outcome = Outcome::kGood;
    info.list_reserve(out, tree_.at(id).size);
    bool all_items = true;
    for (NodeId child = tree_.at(id).first_child; child != 0;
         child = tree_.at(child).next_sibling) {
      auto scope = sink_.Index(index++);
      void* item = info.list_append(out);
      if (DecodeValue(field, *info.element, child, item) == Outcome::kGood) continue;
      info.element->clear(item);
      if (info.element->shape == Shape::kStruct) {
        static_cast<ApiStruct*>(item)->broken = ApiStruct::kAllBroken;
        if (tree_.at(child).kind == NodeKind::kNull) {
          TypeInfo::GivenBits(item) = ApiStruct::kFromText;
        }
        if (!field.list_key.empty() && all_items) NoMapItem(child);
        if (tree_.at(child).kind != NodeKind::kNull) NotOneOf(info.element->struct_type());
        all_items = false;
      } else {
        outcome = Outcome::kPartly;
      }
    }
    if (outcome == Outcome::kPartly && info.element->shape == Shape::kString) {
      ReportEmpty(field, id);
    }
    if (outcome == Outcome::kPartly && field.items_differ) ReportOddItems(info, id);
    if (all_items && !field.list_key.empty()) ReportOddKeys(field, id);
    return outcome;
  }

  // Among items that could not be read, which are empty as well, validation cannot tell which are
  // too short.
  void ReportEmpty(const FieldInfo& field, NodeId list) {
    const int least =
        std::max(field.length.min, field.format == nullptr ? 0 : field.format->min_length);
    if (least == 0 || in_status_ || in_metadata_ || !has_definition_) return;
    size_t index = 0;
    for (NodeId child = tree_.at(list).first_child; child != 0;
         child = tree_.at(child).next_sibling) {
      auto scope = sink_.Index(index++);
      const Node& node = tree_.at(child);
      if (node.kind != NodeKind::kString || !node.text.empty()) continue;
      sink_.Add(Code::kSchemaTooShort,
                absl::StrCat("Invalid value: \"\": ", sink_.Path(), " in body should be at least ",
                             least, " chars long"));
    }
  }

  // Keys of a wrong type are compared like others; validation does not have them.
  void ReportOddKeys(const FieldInfo& field, NodeId list) {
    const TypeInfo& type = field.value->element->struct_type();
    ReportRepeated(list, [&](NodeId item) -> std::optional<Value> {
      bool is_odd = false;
      Value key = Value::MakeObject();
      for (const absl::string_view name : field.list_key) {
        const NodeId part = tree_.Find(item, name);
        if (part == 0 || tree_.at(part).kind == NodeKind::kNull) continue;
        const bool wants_text = type.Find(name)->value->shape == Shape::kString;
        is_odd = is_odd || (tree_.at(part).kind == NodeKind::kString) != wants_text ||
                 (!wants_text && tree_.at(part).kind != NodeKind::kInt);
        key.Set(name, ToValue(tree_, part));
      }
      return is_odd ? std::optional<Value>(std::move(key)) : std::nullopt;
    });
  }

  // Likewise the items of a set.
  void ReportOddItems(const ValueInfo& list_info, NodeId list) {
    const bool wants_text = list_info.element->shape == Shape::kString;
    ReportRepeated(list, [&](NodeId item) -> std::optional<Value> {
      const NodeKind kind = tree_.at(item).kind;
      if (kind == NodeKind::kNull || (kind == NodeKind::kString) == wants_text) return std::nullopt;
      return ToValue(tree_, item);
    });
  }

  // Tells of a key at its second item. Items without one are not compared.
  void ReportRepeated(NodeId list, absl::FunctionRef<std::optional<Value>(NodeId)> key_of) {
    if (in_status_ || in_metadata_ || !has_definition_) return;
    std::map<std::string, int> seen;
    size_t index = 0;
    for (NodeId child = tree_.at(list).first_child; child != 0;
         child = tree_.at(child).next_sibling) {
      auto scope = sink_.Index(index++);
      const std::optional<Value> key = key_of(child);
      if (!key.has_value()) continue;
      std::string text = ToJson(*key);
      if (++seen[text] == 2) {
        sink_.Add(Code::kSchemaDuplicate, absl::StrCat("Duplicate value: ", text));
      }
    }
  }

  // What is no object keeps both sides of the only oneOf there is.
  void NotOneOf(const TypeInfo& type) {
    if (in_status_) return;
    for (const FieldInfo& field : type.fields()) {
      if (field.ip_address_when.field.empty()) continue;
      sink_.AddToObject(
          Code::kSchemaFormat,
          absl::StrCat("Invalid value: \"\": \"", sink_.Path(),
                       "\" must validate one and only one schema (oneOf). Found 2 valid "
                       "alternatives"));
    }
  }

  // A value that is no text is no address either; lists pass there.
  void NoAddress(const FieldInfo& field, NodeId mapping, NodeKind found) {
    if (found == NodeKind::kSequence || found == NodeKind::kString) return;
    const NodeId decides = tree_.Find(mapping, field.ip_address_when.field);
    const bool is_default = decides == 0 || tree_.at(decides).kind == NodeKind::kNull;
    if (!is_default && (tree_.at(decides).kind != NodeKind::kString ||
                        tree_.at(decides).text != field.ip_address_when.value)) {
      return;
    }
    const absl::string_view has = found == NodeKind::kInt     ? "int64"
                                  : found == NodeKind::kFloat ? "float64"
                                                              : "";
    AddNoAddress(field, absl::StrCat("\"", has, "\""), sink_);
  }

  Outcome DecodeMap(const FieldInfo& field, const ValueInfo& info, NodeId id, void* out) {
    Outcome outcome = Outcome::kGood;
    info.map_reserve(out, tree_.at(id).size);
    for (NodeId child = tree_.at(id).first_child; child != 0;
         child = tree_.at(child).next_sibling) {
      const Node& node = tree_.at(child);
      if (node.kind == NodeKind::kNull && !in_metadata_) continue;
      auto scope = sink_.Field(node.key);
      void* value = info.map_append(out, texts_.Get(node.key));
      // A null label or annotation is an empty text.
      if (node.kind == NodeKind::kNull) continue;
      if (DecodeValue(field, *info.element, child, value) == Outcome::kGood) continue;
      info.element->clear(value);
      outcome = Outcome::kPartly;
    }
    info.map_sort(out);
    return outcome;
  }

  // The server tells of the object as a whole that the format does not hold, and then of the range.
  template <typename Number>
  void NotInt32(const FieldInfo& field, Number number) {
    if (in_status_) return;
    if (!has_definition_) {  // Go's decoder is all that looks at numbers of built-in kinds
      sink_.Add(Code::kSchemaWrongType, absl::StrCat("json: cannot unmarshal number ", number,
                                                     " into Go value of type int32"));
      return;
    }
    // Without a format all that fits into 64 bits is an integer.
    if (!field.any_width || std::is_floating_point_v<Number>) {
      sink_.AddToObject(Code::kSchemaWrongType,
                        absl::StrCat("Invalid value: \"\": Checked value must be of type integer ",
                                     field.any_width ? "(default format)" : "with format int32",
                                     " in ", sink_.Path()));
    }
    AddRangeFinding(field, number, sink_);
    // Which channel it is cannot be known here; none of these has more choices in the other one.
    if (!std::is_floating_point_v<Number> && !field.one_of.empty() &&
        field.experimental_one_of.empty()) {
      AddChoiceFinding(field, Channel::kStandard, absl::StrCat(number), sink_);
    }
  }
  void NoMapItem(NodeId item) {
    if (in_status_ || !has_definition_ || tree_.at(item).kind == NodeKind::kNull) return;
    const Node& node = tree_.at(item);
    sink_.Add(Code::kSchemaWrongType,
              absl::StrCat("Invalid value: ",
                           node.kind == NodeKind::kFloat ? GoFloat(node.number)
                                                         : ToJson(ToValue(tree_, item)),
                           ": must be an object for an array of list-type map"));
  }

  Outcome DecodeTime(absl::string_view text, absl::Time& time) {
    std::string error;
    if (ParseTime(text, time, error)) return Outcome::kGood;
    if (in_status_) return Outcome::kBad;
    sink_.Add(Code::kSchemaFormat, absl::StrCat("parsing time \"", text,
                                                "\" as \"2006-01-02T15:04:05Z07:00\": ", error));
    return Outcome::kBad;
  }

  // 80.0 is an integer too.
  static bool AsInteger(const Node& node, int64_t& number) {
    if (node.kind == NodeKind::kInt) {
      number = node.integer;
      return true;
    }
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (node.kind != NodeKind::kFloat || !(std::fabs(node.number) <= kExact) ||
        node.number != std::floor(node.number)) {
      return false;
    }
    number = static_cast<int64_t>(node.number);
    return true;
  }

  Tree& tree_;
  const bool has_definition_;
  RecentTexts& texts_;
  FindingSink& sink_;
  bool in_metadata_ = false;
  bool in_status_ = false;
  absl::string_view metadata_field_;
};

bool IsScalar(NodeKind kind) { return kind != NodeKind::kSequence && kind != NodeKind::kMapping; }

// The table of a struct, or of each item of a list of them; null for what has none.
const TypeInfo* TableOf(const ValueInfo& info) {
  const ValueInfo& item = info.element == nullptr ? info : *info.element;
  return item.shape == Shape::kStruct ? &item.struct_type() : nullptr;
}

void AddPositions(const Tree& tree, NodeId from, const TypeInfo* type, SourceMap::Builder& map);

void AddBelow(const Tree& tree, NodeId node, const TypeInfo* type, SourceMap::Builder& map) {
  if (tree.at(node).first_child == 0) return;
  AddPositions(tree, node, type, map);
  map.Close();
}

void AddField(const Tree& tree, NodeId id, const TypeInfo* type, SourceMap::Builder& map) {
  const Node& node = tree.at(id);
  const bool has_children = node.first_child != 0;
  // Where nothing stands behind the colon, the name has to do.
  const bool has_value = IsScalar(node.kind) && node.kind != NodeKind::kNull;
  SourceMap::Builder::Field field{node.name_id, node.key, node.key_position,
                                  has_value ? node.position : node.key_position};
  const FieldInfo* info = type == nullptr ? nullptr : type->Find(node.key);
  const TypeInfo* below = info == nullptr ? nullptr : TableOf(*info->value);
  has_children ? map.Open(field) : map.Add(field);
  AddBelow(tree, id, below, map);
  if (info == nullptr || info->read_as.empty()) return;
  field.id = 0;
  field.name = info->read_as;
  if (info->is_only_item) {
    map.Open(field);
    has_children ? map.OpenItem(node.position) : map.AddItem(node.position);
    AddBelow(tree, id, below, map);
    map.Close();
  } else {
    has_children ? map.Open(field) : map.Add(field);
    AddBelow(tree, id, below, map);
  }
}

// `type` is the table of a version that is read as another, else null: its fields are found under
// the names that the other one has for them as well.
void AddPositions(const Tree& tree, NodeId from, const TypeInfo* type, SourceMap::Builder& map) {
  const bool is_mapping = tree.at(from).kind == NodeKind::kMapping;
  for (NodeId child = tree.at(from).first_child; child != 0; child = tree.at(child).next_sibling) {
    const Node& node = tree.at(child);
    if (is_mapping) {
      AddField(tree, child, type, map);
      continue;
    }
    node.first_child != 0 ? map.OpenItem(node.position) : map.AddItem(node.position);
    AddBelow(tree, child, type, map);
  }
}

absl::string_view TextAt(const Tree& tree, NodeId mapping, absl::string_view key) {
  const NodeId child = tree.Find(mapping, key);
  return child != 0 && tree.at(child).kind == NodeKind::kString ? tree.at(child).text
                                                                : absl::string_view();
}

void ReportRepeatedKeys(const Tree& tree, NodeId node, FindingSink& sink) {
  // The nodes of a subtree are numbered in one piece.
  const NodeId next = tree.at(node).next_sibling;
  const NodeId end = next == 0 ? std::numeric_limits<NodeId>::max() : next;
  auto at = std::lower_bound(tree.repeated_keys.begin(), tree.repeated_keys.end(), node);
  for (; at != tree.repeated_keys.end() && *at < end; ++at) {
    std::string path = tree.PathOf(*at, node);
    std::string message = absl::StrCat("duplicate field \"", path, "\"");
    sink.AddAt(std::move(path), Code::kReadDuplicateKey, std::move(message));
  }
}

// Whether the object has a name; says what is wrong otherwise.
bool CheckName(const Tree& tree, NodeId metadata, const ObjectMeta& meta, FindingSink& sink) {
  if (!meta.name.empty()) return true;
  const NodeId name = metadata == 0 ? 0 : tree.Find(metadata, "name");
  const bool wrong_type =
      name != 0 && tree.at(name).kind != NodeKind::kNull && tree.at(name).kind != NodeKind::kString;
  if (wrong_type) return false;
  if (meta.generate_name.empty()) {
    sink.AddAt("metadata.name", Code::kSchemaRequired,
               "Required value: name or generateName is required");
  } else {
    auto scope = sink.Field("metadata");
    auto field = sink.Field("generateName");
    sink.Add(Code::kSchemaRequired, Level::kWarning,
             "The server makes up a name for each such object, so nothing can refer to it here; it "
             "is left out.");
  }
  return false;
}

// What is read as something else than it says has to be told of.
void TellOfConversion(const KindInfo& kind, const VersionInfo& version,
                      const KubernetesObject& object, FindingSink& sink) {
  if (version.conversion.empty() && version.former_kind.empty()) return;
  const absl::string_view name = version.former_kind.empty() ? kind.name : version.former_kind;
  sink.AddAt("apiVersion", Code::kReadConverted,
             absl::StrCat(name, " of ", object.api_version, " is read as ", kind.name, " of ",
                          ApiVersionOf(kind, kind.versions.front()),
                          version.conversion.empty() ? "" : ": ", version.conversion,
                          ". The newest release of the Gateway API does not serve it."));
  if (version.tell_lost != nullptr) version.tell_lost(object, sink);
}

Value ScalarValue(const Node& node) {
  switch (node.kind) {
    case NodeKind::kNull:
      return Value();
    case NodeKind::kBool:
      return node.boolean;
    case NodeKind::kInt:
      return node.integer;
    case NodeKind::kFloat:
      return node.number;
    case NodeKind::kString:
    case NodeKind::kSequence:
    case NodeKind::kMapping:
      return node.text;
  }
  return Value();
}

// What an object says that it is, and what is known of that.
struct Head {
  absl::string_view api_version;
  absl::string_view kind;
  KindVersion known;
  // The kind's row in the registry, or what is known of it by name; null for neither.
  const KindInfo* row = nullptr;
};

Head HeadOf(const Tree& tree, NodeId node, const ObjectDefaults& defaults) {
  Head head{TextAt(tree, node, "apiVersion"), TextAt(tree, node, "kind"), {}, nullptr};
  if (head.api_version.empty()) head.api_version = defaults.api_version;
  if (head.kind.empty()) head.kind = defaults.kind;
  if (head.api_version.empty() || head.kind.empty()) return head;
  head.known = FindKindVersion(head.api_version, head.kind);
  head.row = head.known.kind != nullptr
                 ? head.known.kind
                 : FindUntypedKind(SplitApiVersion(head.api_version).first, head.kind);
  return head;
}

// What findings call the object.
ObjectRef RefOf(const Tree& tree, NodeId node, const Head& head, const ObjectDefaults& defaults) {
  ObjectRef ref{std::string(head.api_version), std::string(head.kind), std::string(),
                std::string()};
  const KindInfo* const row = head.row;
  const NodeId metadata = tree.Find(node, "metadata");
  if (metadata != 0) {
    ref.name = std::string(TextAt(tree, metadata, "name"));
    if (row == nullptr || row->namespaced) {
      ref.ns = std::string(TextAt(tree, metadata, "namespace"));
    }
  }
  if (ref.ns.empty() && row != nullptr && row->namespaced) ref.ns = std::string(defaults.ns);
  return ref;
}

// An object without its positions; null when there is none.
struct Decoded {
  Kind kind = Kind::kUntyped;
  std::shared_ptr<KubernetesObject> value;
};

Decoded Decode(Tree& tree, NodeId node, const Head& head, const ObjectDefaults& defaults,
               RecentTexts& texts, FindingSink& sink) {
  const auto [info, version] = head.known;
  const KindInfo* const row = head.row;

  NodeId metadata = tree.Find(node, "metadata");
  ReportRepeatedKeys(tree, node, sink);

  std::shared_ptr<KubernetesObject> value;
  if (version != nullptr) {
    value = info->make();
  } else {
    auto untyped = std::make_shared<UntypedObject>();
    untyped->kind = texts.Get(head.kind);
    value = std::move(untyped);
  }
  value->api_version = texts.Get(head.api_version);

  Decoder decoder(tree, version != nullptr && !IsBuiltIn(*info), texts, sink);
  if (metadata != 0 && tree.at(metadata).kind != NodeKind::kMapping) {
    if (tree.at(metadata).kind != NodeKind::kNull) {
      auto scope = sink.Field("metadata");
      sink.Add(Code::kSchemaWrongType,
               absl::StrCat("json: cannot unmarshal ", GoJsonType(tree.at(metadata).kind),
                            " into Go struct field .metadata of type v1.ObjectMeta"));
      return Decoded();
    }
    metadata = 0;
  }
  if (metadata != 0) {
    auto scope = sink.Field("metadata");
    decoder.DecodeMetadata(metadata, value->metadata);
  }
  if (value->metadata.ns.empty() && row != nullptr && row->namespaced) {
    value->metadata.ns = texts.Get(defaults.ns);
  }

  if (version != nullptr) {
    decoder.DecodeStruct(TypeOfVersion(*info, version), node, static_cast<ApiStruct*>(value.get()),
                         true);
    if (!CheckName(tree, metadata, value->metadata, sink)) return Decoded();
    TellOfConversion(*info, *version, *value, sink);
    return {info->kind, std::move(value)};
  }

  if (info != nullptr) {
    sink.AddAt(
        "apiVersion", Code::kSchemaUnservedVersion,
        absl::StrCat("no matches for kind \"", head.kind, "\" in version \"", head.api_version,
                     "\"; use ", ApiVersionOf(*info, info->versions.front())));
  } else if (row == nullptr) {
    sink.AddAt("kind", Code::kReadUnknownKind,
               absl::StrCat(head.kind, " of ", head.api_version,
                            " is a kind that gwpolicy does not "
                            "model; it is kept as it is."));
    // Files for other tools (kustomize and the like) need no name.
    if (value->metadata.name.empty()) return Decoded();
  }
  if (!CheckName(tree, metadata, value->metadata, sink)) return Decoded();
  auto& untyped = static_cast<UntypedObject&>(*value);
  Value body = ToValue(tree, node);
  Value::Object members;
  for (Value::Member& member : *body.AsObject()) {
    if (member.first != "apiVersion" && member.first != "kind" && member.first != "metadata") {
      members.push_back(std::move(member));
    }
  }
  untyped.body = std::move(members);
  return {Kind::kUntyped, std::move(value)};
}

// Of the form that Kubernetes writes, "2006-01-02T15:04:05Z". False for any other.
bool ParseUtcSeconds(absl::string_view text, absl::Time& time) {
  constexpr absl::string_view kForm = "0000-00-00T00:00:00Z";
  if (text.size() != kForm.size()) return false;
  int64_t numbers[6] = {};
  size_t index = 0;
  for (size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] != '0') {
      if (text[i] != kForm[i]) return false;
      ++index;
    } else {
      if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return false;
      numbers[index] = numbers[index] * 10 + (text[i] - '0');
    }
  }
  const auto [year, month, day, hour, minute, second] = numbers;
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  // A day that the month does not have would be one of the next month.
  if (civil.month() != month || civil.day() != day || hour > 23 || minute > 59 || second > 59) {
    return false;
  }
  time = absl::FromUnixSeconds(civil - absl::CivilSecond(1970));
  return true;
}

}  // namespace

bool ParseTime(absl::string_view text, absl::Time& time, std::string& error) {
  return ParseUtcSeconds(text, time) || absl::ParseTime(absl::RFC3339_full, text, &time, &error);
}

Value ToValue(const Tree& tree, NodeId id) {
  const Node& node = tree.at(id);
  if (node.kind == NodeKind::kSequence) {
    Value::List items;
    items.reserve(node.size);
    for (NodeId child = node.first_child; child != 0; child = tree.at(child).next_sibling) {
      items.push_back(ToValue(tree, child));
    }
    return items;
  }
  if (node.kind == NodeKind::kMapping) {
    Value::Object members;
    members.reserve(node.size);
    for (NodeId child = node.first_child; child != 0; child = tree.at(child).next_sibling) {
      members.emplace_back(std::string(tree.at(child).key), ToValue(tree, child));
    }
    return members;
  }
  return ScalarValue(node);
}

Object DecodeObject(Tree& tree, NodeId node, const ObjectDefaults& defaults, ObjectPlaces& places,
                    FindingSink& sink) {
  if (tree.at(node).kind != NodeKind::kMapping) return Object();
  const Head head = HeadOf(tree, node, defaults);
  if (head.api_version.empty() || head.kind.empty()) return Object();
  sink.BeginObject();
  Decoded decoded = Decode(tree, node, head, defaults, places.texts, sink);
  const KindVersion& known = head.known;
  const bool is_converted = known.version != nullptr && !known.version->conversion.empty();
  places.positions.Begin(tree.at(node).position);
  AddPositions(tree, node, is_converted ? &TypeOfVersion(*known.kind, known.version) : nullptr,
               places.positions);
  std::shared_ptr<const SourceMap> source = places.positions.Build(places.file);
  if (sink.HasFoundSinceBegin()) sink.EndObject(RefOf(tree, node, head, defaults), *source);
  if (decoded.value == nullptr) return Object();
  return Object(decoded.kind, std::move(decoded.value), std::move(source));
}

}  // namespace gwpolicy::manifest

#include "gwpolicy/manifest/direct_json.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/time/time.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/private_bytes.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/manifest/plain_json_scanner.h"

namespace gwpolicy::manifest {
namespace {

// Functions return false for "not sure".
class Reader : private PlainJsonScanner {
 public:
  Reader(absl::string_view text, size_t at, SourcePosition position, const ReadOptions& options,
         ObjectPlaces& places)
      : PlainJsonScanner(text, at, position),
        options_(options),
        texts_(places.texts),
        map_(places.positions),
        nodes_left_(options.max_nodes) {}

  using PlainJsonScanner::Here;
  using PlainJsonScanner::offset;

  bool Read(Kind& kind, std::shared_ptr<KubernetesObject>& object) {
    if (!SkipSpace() || Next() != '{' || options_.max_depth < 1 || !TakeNode()) return false;
    map_.Begin(Here());
    bool is_end = false;
    if (!TakeOpening('}', is_end) || is_end) return false;
    absl::string_view api_version;
    absl::string_view kind_name;
    if (!ReadHead(api_version, kind_name)) return false;
    const auto [info, version] = FindKindVersion(api_version, kind_name);
    // What is read as something else than it says has to be told of.
    if (version == nullptr || !version->conversion.empty() || !version->former_kind.empty()) {
      return false;
    }
    kind = info->kind;
    object = info->make();
    object->api_version = texts_.Get(api_version);
    if (!ReadRest(TypeOfVersion(*info, version), *object)) return false;
    // What would be a template elsewhere is warned of.
    if (object->metadata.name.empty() || has_braces()) return false;
    if (object->metadata.ns.empty() && info->namespaced) {
      object->metadata.ns = texts_.Get(options_.default_namespace);
    }
    return true;
  }

 private:
  using Field = SourceMap::Builder::Field;

  // A key that is about to be read, and its place.
  struct Key {
    absl::string_view name;
    SourcePosition position;
  };

  bool TakeNode() { return nodes_left_-- > 0; }

  bool ReadKey(Key& key) {
    if (!SkipSpace() || Next() != '"') return false;
    key.position = Here();
    return ReadString(key.name) && !IsScratch(key.name) && Take(':') && SkipSpace() && TakeNode();
  }

  // apiVersion and kind come first, in either order, and something behind them.
  bool ReadHead(absl::string_view& api_version, absl::string_view& kind) {
    for (int i = 0; i < 2; ++i) {
      Key key;
      if (!ReadKey(key) || Next() != '"') return false;
      absl::string_view& text = key.name == "apiVersion" ? api_version : kind;
      if (!text.empty() || (key.name != "apiVersion" && key.name != "kind")) return false;
      Note(0, key);
      if (!ReadString(text) || text.empty() || IsScratch(text)) return false;
      bool is_end = false;
      if (!TakeEnd('}', is_end) || is_end) return false;
    }
    return true;
  }

  bool ReadRest(const TypeInfo& type, KubernetesObject& object) {
    Members members{type, static_cast<ApiStruct*>(&object)};
    bool has_metadata = false;
    for (bool is_end = false; !is_end;) {
      Key key;
      if (!ReadKey(key)) return false;
      if (key.name == "metadata") {
        if (has_metadata || Next() != '{') return false;
        has_metadata = true;
        Note(0, key);
        if (!ReadStruct(TypeOf<ObjectMeta>(), &object.metadata, 1)) return false;
      } else if (!ReadMember(key, members, 1)) {
        return false;
      }
      if (!TakeEnd('}', is_end)) return false;
    }
    return has_metadata;
  }

  // The members of a struct as they come.
  struct Members {
    Members(const TypeInfo& type_in, void* out_in) : type(type_in), out(out_in) {
      TypeInfo::GivenBits(out) |= ApiStruct::kFromText;
    }
    const TypeInfo& type;
    void* out;
    size_t hint = 0;
    uint32_t seen = 0;  // bits as in ApiStruct::given, null values included
  };

  bool ReadMember(const Key& key, Members& members, int depth) {
    const FieldInfo* const field = members.type.Find(key.name, members.hint);
    if (field == nullptr) return false;
    const uint32_t bit = uint32_t{1} << field->index;
    if ((members.seen & bit) != 0) return false;
    members.seen |= bit;
    Note(field->name_id, key);
    if (Next() == 'n') return ReadWord("null");  // the same as absent
    TypeInfo::GivenBits(members.out) |= bit;
    void* const value = field->mutable_get(members.out);
    const Shape shape = field->value->shape;
    if (shape == Shape::kList || shape == Shape::kMap || field->defaulted) {
      field->value->clear(value);
    }
    return ReadValue(*field->value, value, depth);
  }

  bool ReadStruct(const TypeInfo& type, void* out, int depth) {
    bool is_end = false;
    if (!Open('{', depth, is_end)) return false;
    Members members{type, out};
    if (is_end) return true;
    while (!is_end) {
      Key key;
      if (!ReadKey(key) || !ReadMember(key, members, depth + 1) || !TakeEnd('}', is_end)) {
        return false;
      }
    }
    map_.Close();
    return true;
  }

  // Goes behind an opening bracket, and behind the closing one too where nothing is between.
  bool Open(char bracket, int depth, bool& is_empty) {
    return Next() == bracket && depth < options_.max_depth &&
           TakeOpening(bracket == '{' ? '}' : ']', is_empty);
  }

  // Whether a list or an object that is not empty stands here.
  bool HasChildren() const { return (Next() == '{' || Next() == '[') && !IsEmptyBracket(); }

  // Notes the place of a member whose value stands here. Values that are no scalars have the place
  // of their key; `Close` follows those that have children.
  void Note(NameId id, const Key& key) {
    const bool is_scalar = Next() != '{' && Next() != '[' && Next() != 'n';
    const Field field{id, key.name, key.position, is_scalar ? Here() : key.position};
    HasChildren() ? map_.Open(field) : map_.Add(field);
  }
  void NoteItem() { HasChildren() ? map_.OpenItem(Here()) : map_.AddItem(Here()); }

  bool ReadValue(const ValueInfo& info, void* out, int depth) {
    switch (info.shape) {
      case Shape::kStruct:
        return ReadStruct(info.struct_type(), out, depth);
      case Shape::kList:
        return ReadList(info, out, depth);
      case Shape::kMap:
        return ReadMap(info, out, depth);
      case Shape::kAny:
        return ReadAny(*static_cast<Value*>(out), depth);
      case Shape::kString:
      case Shape::kPrivateString:
      case Shape::kBase64:
      case Shape::kBool:
      case Shape::kInt32:
      case Shape::kInt64:
      case Shape::kIntOrString:
      case Shape::kTime:
        return ReadScalar(info.shape, out);
    }
    return false;
  }

  bool ReadScalar(Shape shape, void* out) {
    int64_t number = 0;
    absl::string_view text;
    if (shape == Shape::kBool) {
      *static_cast<bool*>(out) = Next() == 't';
      return ReadWord(Next() == 't' ? "true" : "false");
    }
    const bool is_text = Next() == '"';
    if (is_text ? !ReadString(text) : !ReadInteger(number, text)) return false;
    switch (shape) {
      case Shape::kString:
        *static_cast<Text*>(out) = texts_.Get(text);
        return is_text;
      case Shape::kPrivateString:
        *static_cast<PrivateText*>(out) = PrivateText(std::string(text));
        return is_text;
      case Shape::kBase64: {
        std::string bytes;
        if (!is_text || !absl::Base64Unescape(text, &bytes)) return false;
        *static_cast<PrivateBytes*>(out) = PrivateBytes(std::move(bytes));
        return true;
      }
      case Shape::kInt32:
        *static_cast<int32_t*>(out) = static_cast<int32_t>(number);
        return !is_text && number >= std::numeric_limits<int32_t>::min() &&
               number <= std::numeric_limits<int32_t>::max();
      case Shape::kInt64:
        *static_cast<int64_t*>(out) = number;
        return !is_text;
      case Shape::kIntOrString: {
        auto& either = *static_cast<IntOrString*>(out);
        either.is_int = !is_text;
        either.number = number;
        if (is_text) either.text = texts_.Get(text);
        return true;
      }
      case Shape::kTime: {
        std::string error;
        return is_text && ParseTime(text, *static_cast<absl::Time*>(out), error);
      }
      case Shape::kBool:
      case Shape::kStruct:
      case Shape::kList:
      case Shape::kMap:
      case Shape::kAny:
        break;
    }
    return false;
  }

  bool ReadList(const ValueInfo& info, void* list, int depth) {
    bool is_end = false;
    if (!Open('[', depth, is_end)) return false;
    if (is_end) return true;
    while (!is_end) {
      if (!SkipSpace() || !TakeNode()) return false;
      NoteItem();
      if (!ReadValue(*info.element, info.list_append(list), depth + 1)) return false;
      if (!TakeEnd(']', is_end)) return false;
    }
    map_.Close();
    return true;
  }

  bool ReadMap(const ValueInfo& info, void* map, int depth) {
    bool is_end = false;
    if (!Open('{', depth, is_end)) return false;
    if (is_end) return true;
    size_t count = 0;
    for (; !is_end; ++count) {
      Key key;
      if (!ReadKey(key)) return false;
      Note(0, key);
      void* const value = info.map_append(map, texts_.Get(key.name));
      if (!ReadValue(*info.element, value, depth + 1) || !TakeEnd('}', is_end)) return false;
    }
    map_.Close();
    info.map_sort(map);
    return info.map_size(map) == count;  // else a key was repeated
  }

  bool ReadAny(Value& out, int depth) {
    switch (Next()) {
      case '{':
        return ReadAnyObject(out, depth);
      case '[':
        return ReadAnyList(out, depth);
      case '"': {
        absl::string_view text;
        if (!ReadString(text)) return false;
        out = text;
        return true;
      }
      case 't':
      case 'f': {
        const bool value = Next() == 't';
        out = value;
        return ReadWord(value ? "true" : "false");
      }
      case 'n':
        out = Value();
        return ReadWord("null");
      default: {
        int64_t number = 0;
        absl::string_view written;
        if (!ReadInteger(number, written)) return false;
        out = number;
        return true;
      }
    }
  }

  bool ReadAnyList(Value& out, int depth) {
    bool is_end = false;
    if (!Open('[', depth, is_end)) return false;
    Value::List items;
    const bool is_empty = is_end;
    while (!is_end) {
      if (!SkipSpace() || !TakeNode()) return false;
      NoteItem();
      if (!ReadAny(items.emplace_back(), depth + 1) || !TakeEnd(']', is_end)) return false;
    }
    if (!is_empty) map_.Close();
    out = std::move(items);
    return true;
  }

  bool ReadAnyObject(Value& out, int depth) {
    // With more members than this, repeated keys have to be looked for in another way.
    constexpr size_t kMaxMembers = 32;
    bool is_end = false;
    if (!Open('{', depth, is_end)) return false;
    Value::Object members;
    const bool is_empty = is_end;
    while (!is_end) {
      Key key;
      if (members.size() == kMaxMembers || !ReadKey(key)) return false;
      const bool is_repeated =
          std::any_of(members.begin(), members.end(),
                      [&key](const Value::Member& member) { return member.first == key.name; });
      if (is_repeated) return false;
      Note(0, key);
      Value& value = members.emplace_back(std::string(key.name), Value()).second;
      if (!ReadAny(value, depth + 1) || !TakeEnd('}', is_end)) return false;
    }
    if (!is_empty) map_.Close();
    out = std::move(members);
    return true;
  }

  const ReadOptions& options_;
  RecentTexts& texts_;
  SourceMap::Builder& map_;
  size_t nodes_left_;
};

}  // namespace

bool ReadJsonDirectly(absl::string_view text, const ReadOptions& options, ObjectPlaces& places,
                      size_t& at, SourcePosition& position, Object& object) {
  Reader reader(text, at, position, options, places);
  Kind kind = Kind::kUntyped;
  std::shared_ptr<KubernetesObject> value;
  if (!reader.Read(kind, value)) return false;
  at = reader.offset();
  position = reader.Here();
  object = Object(kind, std::move(value), places.positions.Build(places.file));
  return true;
}

}  // namespace gwpolicy::manifest

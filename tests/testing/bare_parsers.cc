#include "tests/testing/bare_parsers.h"

#include <yaml.h>

#include "simdjson.h"

namespace gwpolicy::testing {
namespace {

size_t Count(simdjson::dom::element element) {
  size_t count = 1;
  simdjson::dom::array array;
  simdjson::dom::object object;
  if (element.get(array) == simdjson::SUCCESS) {
    for (const simdjson::dom::element item : array) count += Count(item);
  } else if (element.get(object) == simdjson::SUCCESS) {
    for (const auto& member : object) count += (member.key.empty() ? 0 : 1) + Count(member.value);
  }
  return count;
}

}  // namespace

size_t CountYamlEvents(absl::string_view text) {
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) return 0;
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()),
                               text.size());
  size_t count = 0;
  for (bool at_end = false; !at_end;) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) {
      count = 0;
      break;
    }
    ++count;
    at_end = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return count;
}

size_t CountJsonValues(absl::string_view lines) {
  const simdjson::padded_string text(lines.data(), lines.size());
  simdjson::dom::parser parser;
  simdjson::dom::document_stream documents;
  if (parser.parse_many(text).get(documents) != simdjson::SUCCESS) return 0;
  size_t count = 0;
  for (auto document : documents) {
    simdjson::dom::element element;
    if (document.get(element) != simdjson::SUCCESS) return 0;
    count += Count(element);
  }
  return count;
}

}  // namespace gwpolicy::testing

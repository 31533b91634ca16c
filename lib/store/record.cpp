// A record is lines of text, so that `cat` shows it:
//
//   phasic record 1
//   request <64 hex>
//   layer graphs
//   object <64 hex>
//   length 123456
//   part <tab> NAME <tab> VALUE      per part of the request
//   from <tab> NAME <tab> VALUE      per entry of the provenance
//   checksum <SHA-256 of all lines above, 64 hex>
//
// In names and values a backslash, tab or line break is \\, \t, \n.
#include "store/record.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "store/layout.hpp"

namespace phasic {

namespace {

constexpr std::string_view format_line = "phasic record 1\n";

[[noreturn]] void reject(std::string what) {
  throw FormatError({"", std::move(what), "", {}});
}

void append_escaped(std::string& to, std::string_view text) {
  for (const char c : text) {
    if (c == '\\') {
      to += "\\\\";
    } else if (c == '\t') {
      to += "\\t";
    } else if (c == '\n') {
      to += "\\n";
    } else {
      to += c;
    }
  }
}

std::string unescaped(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      plain += text[i];
      continue;
    }
    ++i;
    plain += text[i] == 't' ? '\t' : text[i] == 'n' ? '\n' : text[i];
  }
  return plain;
}

void append_pair(std::string& to, std::string_view what, std::string_view name, std::string_view value) {
  to += what;
  to += '\t';
  append_escaped(to, name);
  to += '\t';
  append_escaped(to, value);
  to += '\n';
}

std::string body_of(const Record& record) {
  std::string text(format_line);
  text += "request " + to_hex(record.request) + '\n';
  text += "layer " + std::string(name_of(record.layer)) + '\n';
  text += "object " + to_hex(record.object) + '\n';
  text += "length " + std::to_string(record.length) + '\n';
  for (const RequestPart& part : record.parts) append_pair(text, "part", part.name, part.value);
  for (const auto& [name, value] : record.provenance) append_pair(text, "from", name, value);
  return text;
}

std::string checksum_line(std::string_view body) {
  return "checksum " + to_hex(sha256(as_bytes(body))) + '\n';
}

/// The lines of a text, one after the other.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  std::optional<std::string_view> next() {
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }
  std::string_view value_of(std::string_view name) {
    const auto line = next();
    if (!line || !line->starts_with(name)) reject("a record without its line '" + std::string(name) + "'");
    return line->substr(name.size());
  }

 private:
  std::string_view rest_;
};

template <class Identity>
Identity parse_identity(std::string_view text) {
  const auto bytes = parse_hex(text);
  if (!bytes) reject("a record with a malformed digest");
  return Identity{*bytes};
}

void parse_pair(std::string_view line, Record& record) {
  const std::size_t first = line.find('\t');
  const std::size_t second = first == std::string_view::npos ? first : line.find('\t', first + 1);
  if (second == std::string_view::npos) return;  // refused when the text is compared
  auto name = unescaped(line.substr(first + 1, second - first - 1));
  auto value = unescaped(line.substr(second + 1));
  if (line.starts_with("part\t"))
    record.parts.push_back({std::move(name), std::move(value)});
  else if (line.starts_with("from\t"))
    record.provenance.emplace_back(std::move(name), std::move(value));
}

}  // namespace

std::string_view name_of(Layer layer) {
  switch (layer) {
    case Layer::graphs:
      return "graphs";
    case Layer::traces:
      return "traces";
    case Layer::compiled:
      return "compiled";
  }
  return "unknown";
}

RequestKey request_key(std::string_view domain, std::span<const RequestPart> parts) {
  Sha256 digest;
  digest.feed_text("phasic request").feed_text(domain).feed_number(parts.size());
  for (const RequestPart& part : parts) digest.feed_text(part.name).feed_text(part.value);
  return RequestKey{digest.finish()};
}

std::string encode(const Record& record) {
  std::string text = body_of(record);
  return text += checksum_line(text);
}

Record decode_record(std::string_view text) {
  Lines lines(text);
  Record record;
  if (!text.starts_with(format_line)) reject("not a record of ours");
  lines.next();
  record.request = parse_identity<RequestKey>(lines.value_of("request "));
  const auto layer = parse_layer(lines.value_of("layer "));
  record.object = parse_identity<ObjectHash>(lines.value_of("object "));
  const auto length = parse_unsigned(lines.value_of("length "));
  if (!layer || !length) reject("a record with a malformed layer or length");
  record.layer = *layer;
  record.length = *length;
  while (const auto line = lines.next()) parse_pair(*line, record);
  // What was read must be all there is to read: one way of writing, one way of reading, checksum included.
  if (encode(record) != text) reject("a record that is damaged or not as we write it");
  return record;
}

bool has_valid_checksum(std::string_view text) {
  const std::size_t start = text.rfind("checksum ");
  return start != std::string_view::npos && text.substr(start) == checksum_line(text.substr(0, start));
}

}  // namespace phasic

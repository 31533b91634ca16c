#include "graph/format.hpp"

#include <algorithm>
#include <cstring>

#include "base/error.hpp"

namespace phasic::graph_format {

namespace {

template <class T>
void append(std::string& text, T number) {
  text.append(reinterpret_cast<const char*>(&number), sizeof number);
}

/// Takes values off the front of a byte string; throws FormatError at its end.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  std::string name() {
    const std::size_t end = rest_.find('\0');
    if (end == std::string_view::npos) throw FormatError({"", "a name has no end", "", {}});
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return text;
  }
  template <class T>
  T number() {
    if (rest_.size() < sizeof(T)) throw FormatError({"", "a formula is cut short", "", {}});
    T value;
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }

 private:
  std::string_view rest_;
};

std::string encode_steps(const std::vector<FormulaNode>& formula) {
  std::string bytes;
  append(bytes, static_cast<std::uint32_t>(formula.size()));
  for (const FormulaNode& node : formula) {
    append(bytes, static_cast<std::uint32_t>(node.operation));
    for (const std::uint32_t operand : node.operands) append(bytes, operand);
    append(bytes, node.value);
  }
  return bytes;
}

}  // namespace

std::string encode_names(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) (text += name) += '\0';
  return text;
}

std::vector<std::string> decode_names(std::string_view text) {
  std::vector<std::string> names;
  for (Cursor cursor(text); !cursor.at_end();) names.push_back(cursor.name());
  return names;
}

std::string encode_formulas(const std::vector<DerivedTerm>& derived) {
  std::string bytes;
  for (const auto& term : derived) {
    (bytes += term.name) += '\0';
    bytes += encode_steps(term.formula);
  }
  return bytes;
}

std::vector<DerivedTerm> decode_formulas(std::string_view bytes) {
  std::vector<DerivedTerm> derived;
  for (Cursor cursor(bytes); !cursor.at_end();) {
    DerivedTerm term{cursor.name(), {}};
    const auto steps = cursor.number<std::uint32_t>();
    for (std::uint32_t i = 0; i < steps; ++i) {
      FormulaNode node;
      const auto operation = cursor.number<std::uint32_t>();
      if (!operand_count(operation)) throw FormatError({"", "a formula has an unknown operation", "", {}});
      node.operation = static_cast<Operation>(operation);
      for (std::uint32_t& operand : node.operands) operand = cursor.number<std::uint32_t>();
      node.value = cursor.number<double>();
      term.formula.push_back(node);
    }
    derived.push_back(std::move(term));
  }
  return derived;
}

std::vector<StateProperty> decode_properties(const Object& object) {
  const auto names = decode_names(as_text(std::as_bytes(object.section<std::uint8_t>("property_names"))));
  const auto rows = object.section<std::uint32_t>("property_rows");
  const auto indices = object.section<std::uint32_t>("property_index");
  const auto values = object.section<std::int32_t>("property_value");
  if (rows.size() != names.size() + 1 || rows.front() != 0 || rows.back() != indices.size() ||
      values.size() != indices.size() || !std::ranges::is_sorted(rows)) {
    throw FormatError({"", "not a valid graph: its properties do not fit together", "", {}});
  }
  std::vector<StateProperty> properties;
  for (std::size_t p = 0; p < names.size(); ++p) {
    properties.push_back({names[p], {}});
    for (std::uint32_t i = rows[p]; i < rows[p + 1]; ++i) {
      properties.back().entries.push_back({indices[i], values[i]});
    }
  }
  return properties;
}

void add_properties(ObjectBuilder& builder, const std::vector<StateProperty>& properties) {
  std::vector<std::string> names;
  std::vector<std::uint32_t> rows{0};
  std::vector<std::uint32_t> indices;
  std::vector<std::int32_t> values;
  for (const StateProperty& property : properties) {
    names.push_back(property.name);
    for (const auto& [index, value] : property.entries) {
      indices.push_back(index);
      values.push_back(value);
    }
    rows.push_back(static_cast<std::uint32_t>(indices.size()));
  }
  builder.add_text("property_names", encode_names(names)).add("property_rows", rows);
  builder.add("property_index", indices).add("property_value", values);
}

StructureHash hash_of(const Structure& structure) {
  Sha256 digest;
  digest.feed_text("phasic structure").feed_number(structure_version);
  digest.feed_number(static_cast<std::uint64_t>(structure.time))
      .feed_number(structure.terms.parameters.size());
  digest.feed_number(structure.terms.derived.size());
  for (const auto& term : structure.terms.derived) digest.feed_text(encode_steps(term.formula));
  digest.feed_number(structure.transient_count).feed_number(structure.row_offsets.size());
  digest.feed_number(structure.targets.size()).feed_number(structure.coefficients.size());
  digest.feed(std::as_bytes(structure.row_offsets)).feed(std::as_bytes(structure.targets));
  digest.feed(std::as_bytes(structure.classes)).feed(std::as_bytes(structure.coefficients));
  return {digest.finish()};
}

}  // namespace phasic::graph_format

#include "trace/format.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace phasic::trace_format {

namespace {

using Numbers = std::vector<std::uint32_t>;

[[noreturn]] void reject(const char* what) {
  throw FormatError({"", std::string("not a valid trace: ") + what, "", {}});
}

Numbers counts_of(const Numbers& offsets) {
  Numbers counts(offsets.size() - 1);
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = offsets[i + 1] - offsets[i];
  return counts;
}

/// Sums counts back to offsets, refusing what would leave `total`.
Numbers offsets_of(std::span<const std::uint32_t> counts, std::size_t total) {
  Numbers offsets{0};
  offsets.reserve(counts.size() + 1);
  std::uint64_t sum = 0;
  for (const std::uint32_t count : counts) {
    sum += count;
    if (sum > total) reject("its counts add up to more than there is");
    offsets.push_back(static_cast<std::uint32_t>(sum));
  }
  if (sum != total) reject("its counts add up to less than there is");
  return offsets;
}

void append(Numbers& to, const Numbers& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// Takes the rows of one pattern off the front of the concatenated lists.
class PatternReader {
 public:
  PatternReader(Numbers counts, Numbers columns) : counts_(std::move(counts)), columns_(std::move(columns)) {}

  Adjacency take(std::size_t rows) {
    if (rows > counts_.size() - row_) reject("a pattern has more rows than there are");
    const auto counts = std::span(counts_).subspan(row_, rows);
    std::uint64_t total = 0;
    for (const std::uint32_t count : counts) total += count;
    if (total > columns_.size() - column_) reject("a pattern has more entries than there are");
    Adjacency result;
    result.offsets = offsets_of(counts, static_cast<std::size_t>(total));
    const auto first = columns_.begin() + static_cast<std::ptrdiff_t>(column_);
    result.targets.assign(first, first + static_cast<std::ptrdiff_t>(total));
    row_ += rows;
    column_ += static_cast<std::size_t>(total);
    return result;
  }
  [[nodiscard]] bool at_end() const { return row_ == counts_.size() && column_ == columns_.size(); }

 private:
  Numbers counts_;
  Numbers columns_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
};

void decode_patterns(const Object& object, TraceParts& parts) {
  PatternReader lower(object.widened("lower_counts"), object.widened("lower"));
  PatternReader upper(object.widened("upper_counts"), object.widened("upper"));
  for (const std::uint32_t size : object.widened("pattern_sizes")) {
    Adjacency below = lower.take(size);
    parts.patterns.push_back({std::move(below), upper.take(size)});
  }
  if (!lower.at_end() || !upper.at_end()) reject("it has entries beyond its patterns");
}

}  // namespace

Object encode(const TraceParts& parts) {
  ObjectBuilder builder(ObjectType::trace, version);
  builder.add("kind",
              Numbers{static_cast<std::uint32_t>(parts.time), parts.term_count, parts.absorbing_count});
  builder.add_text("structure", as_text(parts.structure.bytes));
  builder.add("coefficients", parts.coefficients);
  builder.add_narrowed("vertices", parts.vertices);
  builder.add_narrowed("components", counts_of(parts.component_offsets));
  builder.add_narrowed("shapes", parts.component_patterns);
  Numbers sizes;
  Numbers lower_counts;
  Numbers lower;
  Numbers upper_counts;
  Numbers upper;
  for (const Pattern& pattern : std::span(parts.patterns).subspan(1)) {
    sizes.push_back(static_cast<std::uint32_t>(pattern.size()));
    append(lower_counts, counts_of(pattern.lower.offsets));
    append(lower, pattern.lower.targets);
    append(upper_counts, counts_of(pattern.upper.offsets));
    append(upper, pattern.upper.targets);
  }
  builder.add_narrowed("pattern_sizes", sizes);
  builder.add_narrowed("lower_counts", lower_counts).add_narrowed("lower", lower);
  builder.add_narrowed("upper_counts", upper_counts).add_narrowed("upper", upper);
  builder.add_narrowed("row_counts", counts_of(parts.rows.offsets));
  builder.add_narrowed("columns", parts.rows.targets).add_narrowed("edge_classes", parts.edge_classes);
  const ErrorCounts& counts = parts.error_counts;
  builder.add("error_counts", std::vector<std::uint64_t>{counts.solve, counts.transposed, counts.rates});
  return std::move(builder).seal();
}

TraceParts decode(const Object& object) {
  if (object.type() != ObjectType::trace) reject("it is of another type");
  if (object.type_version() != version) reject("it is of a format version that this version cannot read");
  TraceParts parts;
  const auto kind = object.section<std::uint32_t>("kind");
  if (kind.size() != 3 || kind[0] > 1) reject("its kind is unknown");
  parts.time = static_cast<TimeKind>(kind[0]);
  parts.term_count = kind[1];
  parts.absorbing_count = kind[2];
  const auto structure = std::as_bytes(object.section<std::uint8_t>("structure"));
  if (structure.size() != digest_size) reject("its structure hash has the wrong length");
  std::ranges::copy(structure, parts.structure.bytes.begin());
  const auto coefficients = object.section<double>("coefficients");
  parts.coefficients.assign(coefficients.begin(), coefficients.end());
  parts.vertices = object.widened("vertices");
  parts.component_offsets = offsets_of(object.widened("components"), parts.vertices.size());
  parts.component_patterns = object.widened("shapes");
  decode_patterns(object, parts);
  parts.rows.targets = object.widened("columns");
  parts.rows.offsets = offsets_of(object.widened("row_counts"), parts.rows.targets.size());
  parts.edge_classes = object.widened("edge_classes");
  const auto counts = object.section<std::uint64_t>("error_counts");
  if (counts.size() != 3) reject("it has not three error counts");
  parts.error_counts = {counts[0], counts[1], counts[2]};
  return parts;
}

}  // namespace phasic::trace_format

// The host's side of phasic/model.h: what a compiled model calls to declare itself, checked as it comes in. A
// refusal is kept and answered with 1; the model returns, and whoever called it raises what was kept.
#pragma once

#include <phasic/model.h>

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "graph/formula.hpp"
#include "model/indexer.hpp"
#include "model/model.hpp"

namespace phasic {

class LibraryHost {
 public:
  /// `where` names the library in messages.
  LibraryHost(std::string where, std::span<const Assignment> assignments);
  LibraryHost(const LibraryHost&) = delete;
  LibraryHost& operator=(const LibraryHost&) = delete;

  /// For the library's functions; lives as long as this.
  [[nodiscard]] phasic_host* table() { return &table_.functions; }

  /// Whether something was refused that nobody has raised yet.
  [[nodiscard]] bool has_failure() const { return failure_.has_value(); }
  /// After a call of one of the library's functions, and what it answered: throws what was refused, or
  /// complains about an answer without a reason. `place` is for what has none of its own: ": in state (2,
  /// 1)".
  void require_success(int answer, const std::string& suffix);

  /// After `create`: what was declared, whole. Throws InputError for what is missing or does not fit.
  void finish();
  [[nodiscard]] const Declaration& declaration() const { return declaration_; }
  [[nodiscard]] const Terms& terms() const { return terms_; }
  /// `model.cpp:12`, or the library where the place is not known.
  [[nodiscard]] std::string text_of(const phasic_place& place) const;

 private:
  struct Start {
    std::string where;
    double probability;
    std::vector<phasic_entry> entries;
  };
  struct Failure {
    std::string where;
    std::uint32_t kind;
    std::string text;
    std::optional<Complaint> complaint;  ///< about the command line
  };
  /// The table that a library gets, and the way back from it.
  struct Table {
    phasic_host functions;
    LibraryHost* host;
  };
  template <class Body>
  static int answer(phasic_host* table, phasic_place place, Body body) noexcept;
  static Table make_table(LibraryHost* host);
  void keep(const Error& error, const phasic_place& place);

  void declare_param(const phasic_param& param, phasic_value& effective);
  void declare_indexer(std::span<const phasic_group> groups, std::span<const char* const> slots);
  void declare_parameters(std::span<const char* const> names);
  void declare_derived(const char* name, std::span<const phasic_node> nodes, std::uint32_t result);
  void declare_initial(const std::string& where, double probability, std::span<const phasic_entry> entries);
  void declare_reward(const char* name);
  void declare_time(std::uint32_t kind);
  [[nodiscard]] std::string values_of_parameters() const;
  [[nodiscard]] std::size_t state_length() const;

  std::string where_;
  std::vector<Assignment> assignments_;
  Table table_;
  std::optional<Failure> failure_;
  enum class Phase { declaring, running } phase_ = Phase::declaring;
  Declaration declaration_;
  Terms terms_;
  FormulaRecorder recorder_;
  std::deque<std::string> texts_;  // of parameters, where the library finds them
  std::optional<StateIndexer> indexer_;
  std::vector<Start> starts_;
  enum class Once { no, yes };
  Once has_parameters_ = Once::no;
  Once has_time_ = Once::no;
};

}  // namespace phasic

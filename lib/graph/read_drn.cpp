#include "graph/read_drn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/text.hpp"
#include "base/text_lines.hpp"
#include "graph/drn_header.hpp"
#include "graph/drn_values.hpp"

namespace phasic {

namespace {

constexpr std::size_t most_rewards = 1000;
constexpr std::size_t most_labels = 1000;  // to be named in messages
constexpr double unit = 0x1p-53;

class DrnReader {
 public:
  DrnReader(std::string_view text, const std::string& where, const std::string& target)
      : lines_(text), where_(where), target_(target), header_(read_drn_header(lines_, where, values_)) {
    imported_.noun = "state";
    imported_.first = 0;
    imported_.parts.time = header_.time;
    for (const std::string& name : header_.rewards) rewards_.push_back({name, {}, ""});
  }

  Imported read() {
    while (const auto line = lines_.next()) {
      const std::string_view text = trimmed(*line);
      if (text.empty() || text.starts_with("//")) continue;
      if (text.starts_with("state "))
        begin_state(trimmed(text.substr(6)));
      else if (states_ == 0)
        reject("this stands before the first state", "a state begins with: state 0");
      else if (text.starts_with("action "))
        begin_action(trimmed(text.substr(7)));
      else
        take_transition(text);
    }
    end_state();
    check_counts();
    finish();
    return std::move(imported_);
  }

 private:
  struct Transition {
    std::uint32_t target;
    DrnValues::Number value;
    std::size_t line;
  };
  struct RewardModel {
    std::string name;
    std::vector<std::pair<std::uint32_t, double>> values;  // those that are not 0, by state
    std::string fault;                                     // why it is left out
  };

  [[noreturn]] void reject(std::string what, std::string remedy) const {
    reject_at(lines_.line_number(), std::move(what), std::move(remedy));
  }
  [[noreturn]] void reject_at(std::size_t line, std::string what, std::string remedy) const {
    throw InputError({fmt::format("{}:{}", where_, line), std::move(what), std::move(remedy), {}});
  }
  [[nodiscard]] std::string place() const { return fmt::format("{}:{}", where_, lines_.line_number()); }
  [[nodiscard]] bool is_discrete() const { return header_.time == TimeKind::discrete; }
  [[nodiscard]] std::uint32_t state() const { return static_cast<std::uint32_t>(states_ - 1); }

  // `0 !3 [1, 0] init "two words"`
  void begin_state(std::string_view text) {
    end_state();
    const std::string_view number = take_word(text);
    const auto read = parse_unsigned(number);
    if (!read || *read != states_)
      reject(fmt::format("state '{}' where state {} must be", number, states_),
             "states are numbered from 0 without gaps");
    if (states_ >= header_.states)
      reject(fmt::format("there are more states than the {} of @nr_states", header_.states), "correct it");
    ++states_;
    state_line_ = lines_.line_number();
    actions_ = 0;
    is_target_ = false;
    exit_rate_.reset();
    if (text.starts_with('!')) {
      const std::string_view rate = take_word(text).substr(1);
      if (is_discrete()) reject("a DTMC's state has an exit rate", "leave it out");
      exit_rate_ = values_.constant(values_.read(rate, place()));
    }
    if (text.starts_with('[')) take_rewards(text, "state");
    take_labels(text);
  }

  static std::string_view take_word(std::string_view& text) {
    const std::string_view word = text.substr(0, std::min(text.find_first_of(" \t"), text.size()));
    text.remove_prefix(word.size());
    text = trimmed(text);
    return word;
  }

  // `[1, 2*p]`, of a state or of its action.
  void take_rewards(std::string_view& text, std::string_view of) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) reject("the rewards have no ]", "write [0, 1]");
    const auto fields = split(text.substr(1, end - 1), ',');
    text = trimmed(text.substr(end + 1));
    if (fields.size() > most_rewards)
      throw LimitError({place(), fmt::format("more than {} reward models", most_rewards), "", {}});
    while (rewards_.size() < fields.size())
      rewards_.push_back({fmt::format("rew{}", rewards_.size()), {}, ""});
    for (std::size_t i = 0; i < fields.size(); ++i) take_reward(rewards_[i], trimmed(fields[i]), of);
  }

  // In discrete time a visit to a state takes one action; in continuous time an action's reward comes at
  // once.
  void take_reward(RewardModel& reward, std::string_view text, std::string_view of) {
    const auto value = values_.constant(values_.read(text, place()));
    if (value == 0.0) return;
    if (of == "action" && !is_discrete())
      reward.fault = "it has rewards of transitions";
    else if (!value)
      reward.fault = "it depends on parameters";
    else if (*value < 0)
      reward.fault = "it is negative somewhere";
    else if (!reward.values.empty() && reward.values.back().first == state())
      reward.values.back().second += *value;
    else
      reward.values.emplace_back(state(), *value);
  }

  void take_labels(std::string_view text) {
    while (!text.empty()) {
      std::string_view label;
      if (text.starts_with('"')) {
        const std::size_t end = text.find('"', 1);
        if (end == std::string_view::npos) reject("a label's quotes do not end", "");
        label = text.substr(1, end - 1);
        text = trimmed(text.substr(end + 1));
      } else {
        label = take_word(text);
      }
      if (label == "init") take_initial();
      if (!target_.empty() && label == target_) is_target_ = has_target_ = true;
      if (labels_.size() < most_labels && !labels_.contains(label)) labels_.emplace(label);
    }
  }

  void take_initial() {
    if (initial_)
      reject(fmt::format("the label init is at state {} already", *initial_), "a chain starts in one state");
    initial_ = state();
  }

  // `0 [1, 0]`
  void begin_action(std::string_view text) {
    if (++actions_ > 1)
      reject(fmt::format("state {} has a second action", state()), "a Markov chain has no choices");
    take_word(text);
    if (text.starts_with('[')) take_rewards(text, "action");
    if (!text.empty())
      reject(fmt::format("'{}' is out of place", text.substr(0, 40)), "an action has a name and rewards");
  }

  // `1 : 2*mu`
  void take_transition(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos)
      reject(fmt::format("'{}' is neither state, action nor transition", text.substr(0, 40)),
             "a transition is written: 1 : 0.5");
    const std::string_view number = trimmed(text.substr(0, colon));
    const auto target = parse_unsigned(number);
    if (!target || *target >= header_.states || *target > UINT32_MAX)
      reject(fmt::format("there is no state '{}'", number),
             fmt::format("states are 0 to {}", header_.states - 1));
    const DrnValues::Number value = values_.read(trimmed(text.substr(colon + 1)), place());
    if (const auto constant = values_.constant(value); constant && *constant < 0)
      reject(fmt::format("the {} {} is negative", is_discrete() ? "probability" : "rate",
                         shortest_text(*constant)),
             "it must be at least 0");
    row_.push_back({static_cast<std::uint32_t>(*target), value, lines_.line_number()});
  }

  void end_state() {
    if (states_ == 0) return;
    if (const auto sum = constant_sum()) check_sum(*sum);
    for (const Transition& transition : row_) {
      if (!is_target_ && transition.target != state())
        edges_.add(state(), transition.target, transition.value);
    }
    row_.clear();
  }

  // Nothing for a row that depends on parameters.
  [[nodiscard]] std::optional<double> constant_sum() const {
    double sum = 0;
    for (const Transition& transition : row_) {
      const auto constant = values_.constant(transition.value);
      if (!constant) return std::nullopt;
      sum += *constant;
    }
    return sum;
  }

  // Exporters write few digits of each value; what is farther off than that is another number.
  void check_sum(double sum) {
    const double wanted = is_discrete() ? 1 : exit_rate_.value_or(sum);
    if (row_.empty() && (is_discrete() || wanted == 0)) return;
    if (!(std::abs(sum - wanted) <= 1e-4 * wanted)) {
      const std::string what = fmt::format("of state {} add up to {}", state(), shortest_text(sum));
      if (is_discrete()) reject_at(state_line_, "the probabilities " + what, "they must add up to 1");
      reject_at(state_line_,
                fmt::format("the rates {} where its exit rate is {}", what, shortest_text(wanted)),
                "transitions of a CTMC are rates");
    }
    if (is_discrete() && std::abs(sum - 1) > 4 * unit) rescale(sum);
  }

  // A row of probabilities that adds up to more than 1 is none.
  void rescale(double sum) {
    for (Transition& transition : row_)
      transition.value = values_.read(shortest_text(*values_.constant(transition.value) / sum), place());
    if (std::abs(sum - 1) > 1e-12) ++rescaled_states_;
  }

  void check_counts() const {
    if (states_ != header_.states)
      throw InputError({where_,
                        fmt::format("the file ends after {} of {} states", states_, header_.states),
                        "it is cut short, or @nr_states is wrong",
                        {}});
    if (header_.choices && *header_.choices != states_)
      throw InputError({where_,
                        fmt::format("@nr_choices says {} for {} states", *header_.choices, states_),
                        "a Markov chain has one choice in each state",
                        {}});
    if (!initial_)
      throw InputError(
          {where_, "no state has the label init", "label the state that the chain starts in", {}});
    if (!target_.empty() && !has_target_)
      throw InputError({where_,
                        fmt::format("no state has the label '{}'", target_),
                        fmt::format("labels are {}", fmt::join(labels_, ", ")),
                        {}});
  }

  void finish() {
    GraphParts& parts = imported_.parts;
    parts.state_count = states_;
    parts.start.push_back({*initial_, 1.0});
    parts.terms = values_.terms();
    parts.coefficients = CoefficientTable(parts.terms.count());
    const std::vector<std::uint32_t> rows = values_.intern_in(parts.coefficients);
    std::move(edges_).move_into(parts);
    for (auto& transition : parts.transitions) transition.coefficients = rows[transition.coefficients];
    if (target_.empty()) require_absorbing();
    if (rescaled_states_ > 0)
      imported_.notes.push_back(fmt::format(
          "the probabilities of {} states add up to 1 only nearly, and were rescaled", rescaled_states_));
    finish_rewards();
  }

  void require_absorbing() const {
    const auto& offsets = imported_.parts.row_offsets;
    if (std::ranges::adjacent_find(offsets) != offsets.end()) return;
    throw InputError({where_,
                      "no state is absorbing",
                      fmt::format("--target LABEL makes the states with a label so; labels are {}",
                                  fmt::join(labels_, ", ")),
                      {}});
  }

  void finish_rewards() {
    require_room_for_rewards(rewards_.size(), imported_.parts.state_count, where_);
    for (const RewardModel& reward : rewards_) {
      if (!reward.fault.empty()) {
        imported_.notes.push_back(fmt::format("the reward '{}' is left out: {}", reward.name, reward.fault));
        continue;
      }
      auto& values = imported_.parts.rewards.emplace_back(GraphParts::Reward{reward.name, {}}).values;
      values.assign(imported_.parts.state_count, 0.0);
      for (const auto& [state, value] : reward.values) values[state] = value;
    }
  }

  TextLines lines_;
  const std::string& where_;
  const std::string& target_;
  DrnValues values_;
  DrnHeader header_;
  Imported imported_;
  EdgeList edges_;  // their coefficients are numbers of values
  std::vector<RewardModel> rewards_;
  std::set<std::string, std::less<>> labels_;
  std::optional<std::uint32_t> initial_;
  bool has_target_ = false;
  std::size_t rescaled_states_ = 0;
  // The state that is being read.
  std::uint64_t states_ = 0;  // and its number plus 1
  std::size_t state_line_ = 0;
  std::size_t actions_ = 0;
  bool is_target_ = false;
  std::optional<double> exit_rate_;
  std::vector<Transition> row_;
};

}  // namespace

Imported read_drn(std::string_view text, const std::string& where, const std::string& target) {
  return DrnReader(text, where, target).read();
}

}  // namespace phasic

// Models written in C++, as phasic-build compiles them. A model is one function:
//
//     #include <phasic/model.hpp>
//     using namespace phasic;
//
//     void define(Model& model) {
//       const auto n = model.param("n", 4, "lineages at the start");
//       model.parameters({"coalescence"});
//       model.initial({{0, n}});
//       model.transitions([=](const State& state, const Emit& emit) {
//         const auto lineages = state[0];
//         if (lineages > 1) emit(state.with(0, -1), {lineages * (lineages - 1) / 2.0});
//       });
//     }
//
// It runs once for each thread that explores, at the same time: what its functions need they capture by
// value, and nothing is static. They are pure: the same state has the same children whenever it is asked for.
// Indices count from 0. The language is that of phasic-model(5); what does the work is the C interface of
// phasic/model.h.
#pragma once

#include <phasic/model_basics.hpp>
#include <phasic/model_formula.hpp>
#include <phasic/model_indexer.hpp>
#include <phasic/model_state.hpp>

#include <array>
#include <exception>
#include <new>

namespace phasic {
inline namespace model_abi_1 {
class Model;
}
}  // namespace phasic

/// The model file's own: declares the model.
void define(phasic::Model& model);

namespace phasic {
inline namespace model_abi_1 {

enum class Time : std::uint32_t { continuous = PHASIC_CONTINUOUS, discrete = PHASIC_DISCRETE };

template <class T>
struct Bound {
  Bound() = default;
  template <Arithmetic U>
  Bound(U number) : is_given(true), value(static_cast<T>(number)) {}
  bool is_given = false;
  T value{};
};
/// Bounds of a parameter, `{.min = 1, .max = 100}`; what is left out is no bound.
template <class T>
struct Bounds {
  Bound<T> min{};
  Bound<T> max{};
};

/// One entry of an initial state: `{lineage({1, 1}), n}`.
struct Entry {
  Index index;
  Whole count;
};

/// Theta as symbols, for derived terms: `t["growth"]`.
class Theta {
 public:
  Theta(const Model& model, detail::Recorder& recorder) : model_(&model), recorder_(&recorder) {}
  Formula operator[](Name name) const;
  Formula operator[](Term term) const;

 private:
  const Model* model_;
  detail::Recorder* recorder_;
};

namespace detail {

template <class Result, class... Arguments>
class Function {
 public:
  Function() = default;
  template <class F>
  explicit Function(F function) : held_(new Held<F>(static_cast<F&&>(function))) {}
  Function(Function&& other) noexcept : held_(other.held_) { other.held_ = nullptr; }
  Function& operator=(Function&& other) noexcept {
    Any* const before = held_;
    held_ = other.held_;
    other.held_ = before;
    return *this;
  }
  ~Function() { delete held_; }

  [[nodiscard]] bool is_empty() const { return held_ == nullptr; }
  Result operator()(Arguments&... arguments) const { return held_->call(arguments...); }

 private:
  struct Any {
    Any() = default;
    Any(const Any&) = delete;
    Any& operator=(const Any&) = delete;
    virtual ~Any() = default;
    virtual Result call(Arguments&... arguments) = 0;
  };
  template <class F>
  struct Held final : Any {
    explicit Held(F&& given) : function(static_cast<F&&>(given)) {}
    Result call(Arguments&... arguments) override { return static_cast<Result>(function(arguments...)); }
    F function;
  };
  Any* held_ = nullptr;
};

template <class T>
struct TypeOf {
  using type = std::string;
};
template <Integral T>
struct TypeOf<T> {
  using type = Integer;
};
template <>
struct TypeOf<bool> {
  using type = bool;
};
template <class T>
requires std::is_floating_point_v<T>
struct TypeOf<T> {
  using type = double;
};

inline phasic_value value_of(Integer number) {
  phasic_value value{PHASIC_INTEGER, {}};
  value.integer = number;
  return value;
}
inline phasic_value value_of(double number) {
  phasic_value value{PHASIC_NUMBER, {}};
  value.number = number;
  return value;
}
inline phasic_value value_of(bool flag) {
  phasic_value value{PHASIC_BOOLEAN, {}};
  value.boolean = flag ? 1 : 0;
  return value;
}
inline phasic_value value_of(const std::string& text) {
  phasic_value value{PHASIC_STRING, {}};
  value.string = text.c_str();
  return value;
}

struct Entrance;

}  // namespace detail

class Model {
 public:
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  /// What `-p name=value` says, else the default, which gives the parameter its type: Integer, double, bool
  /// or std::string.
  template <class T, class Effective = typename detail::TypeOf<T>::type>
  Effective param(Name name, T standard, const char* help = nullptr, Bounds<Effective> bounds = {}) {
    const auto usual = static_cast<Effective>(standard);
    phasic_param param{name.text, help, detail::value_of(usual), nullptr, nullptr};
    const phasic_value minimum = detail::value_of(bounds.min.value);
    const phasic_value maximum = detail::value_of(bounds.max.value);
    if (bounds.min.is_given) param.minimum = &minimum;
    if (bounds.max.is_given) param.maximum = &maximum;
    phasic_value value{};
    detail::require(host_->param(host_, name.where, &param, &value));
    if constexpr (std::is_same_v<Effective, Integer>) return value.integer;
    if constexpr (std::is_same_v<Effective, double>) return value.number;
    if constexpr (std::is_same_v<Effective, bool>) return value.boolean != 0;
    if constexpr (std::is_same_v<Effective, std::string>) return value.string;
  }

  /// An error with this message, at this line, unless the condition holds.
  void check(bool condition, const char* message, Place where = {}) const {
    if (!condition) detail::require(host_->check_failed(host_, where, message));
  }

  void time(Time kind, Place where = {}) {
    detail::require(host_->time(host_, where, static_cast<std::uint32_t>(kind)));
  }

  /// The names of theta, in order. The result holds a Term for each.
  template <std::size_t N>
  std::array<Term, N> parameters(const char* const (&names)[N], Place where = {}) {
    detail::require(host_->parameters(host_, where, names, N));
    std::array<Term, N> terms{};
    for (std::size_t i = 0; i < N; ++i)
      terms[i] = add_term(names[i], {PHASIC_PARAMETER, {index_of(i), 0, 0, 0}, 0});
    window_.theta_count = N;
    return terms;
  }

  /// The parameter of theta or derived term of this name.
  [[nodiscard]] Term term(Name name) const {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name.text) return {index_of(i + 1)};
    }
    std::string known;
    for (const std::string& other : names_) detail::append_name(known, other);
    detail::refuse(name.where, {"theta has no '", name.text, "'; its parameters and derived terms are: ",
                                known.empty() ? "none" : known.c_str()});
  }

  /// One more term, a formula: `derived("b", [](const Theta& t) { return t["a"] * exp(-t["c"]); })`.
  template <class F>
  Term derived(Name name, F formula_of) {
    const Theta theta(*this, recorder_);
    const std::uint32_t node = Formula(formula_of(theta)).record_in(recorder_);
    detail::require(
        host_->derived(host_, name.where, name.text, recorder_.nodes.data(), recorder_.nodes.size(), node));
    names_.emplace_back(name.text);
    nodes_.push_back(node);
    return {index_of(names_.size())};
  }

  /// An index for each combination of values, the first property fastest, then slots.
  Indexer indexer(std::vector<Property> properties, std::vector<std::string> slots = {}, Place where = {}) {
    std::vector<Group> groups;
    if (!properties.empty()) groups.emplace_back("", static_cast<std::vector<Property>&&>(properties));
    return indexer(static_cast<std::vector<Group>&&>(groups), static_cast<std::vector<std::string>&&>(slots),
                   where);
  }
  Indexer indexer(std::vector<Group> groups, std::vector<std::string> slots = {}, Place where = {});
  /// Slots only.
  Indexer slots(std::vector<std::string> names, Place where = {}) {
    return indexer(std::vector<Group>{}, static_cast<std::vector<std::string>&&>(names), where);
  }

  /// The initial state; entries that are not named are 0.
  void initial(std::initializer_list<Entry> entries, Place where = {}) { initial(1, entries, where); }
  /// One of several, with its probability; what they lack to 1 is absorbed at once.
  void initial(Number probability, std::initializer_list<Entry> entries, Place where = {});

  /// A named reward, finite and at least 0: what accumulates per unit of time in a state.
  template <class F>
  void reward(Name name, F value_of) {
    detail::require(host_->reward(host_, name.where, name.text));
    rewards_.emplace_back(static_cast<F&&>(value_of));
  }

  /// What leaves a state: `transitions([=](const State& state, const Emit& emit) { ... })`.
  template <class F>
  void transitions(F function, Place where = {}) {
    if (!transitions_.is_empty()) fail("transitions was called twice; a model has one such function", where);
    detail::require(host_->transitions(host_, where));
    transitions_ = detail::Function<void, const State, const Emit>(static_cast<F&&>(function));
    where_ = where;
  }

 private:
  friend class Theta;
  friend struct detail::Entrance;
  explicit Model(phasic_host* host) : host_(host) {}

  static std::uint32_t index_of(std::size_t number) { return static_cast<std::uint32_t>(number); }
  Term add_term(const char* name, const phasic_node& node) {
    names_.emplace_back(name);
    nodes_.push_back(recorder_.add(node));
    return {index_of(names_.size())};
  }

  phasic_host* host_;
  std::vector<std::string> names_;    // of theta and derived terms
  std::vector<std::uint32_t> nodes_;  // their values, in recorder_
  detail::Recorder recorder_;
  detail::Function<void, const State, const Emit> transitions_;
  std::vector<detail::Function<double, const State>> rewards_;
  phasic_place where_{nullptr, 0};  // of the transitions
  detail::Window window_;
};

inline Formula Theta::operator[](Term term) const {
  return Formula(*recorder_, model_->nodes_[term.index - 1]);
}
inline Formula Theta::operator[](Name name) const {
  return (*this)[model_->term(name)];
}

inline Indexer Model::indexer(std::vector<Group> groups, std::vector<std::string> slots, Place where) {
  std::vector<std::vector<phasic_property>> properties;
  std::vector<phasic_group> told;
  for (const Group& group : groups) {
    properties.emplace_back();
    for (const Property& property : group.properties()) {
      properties.back().push_back({property.name.c_str(), property.minimum, property.maximum});
    }
    told.push_back({group.name().c_str(), properties.back().data(), properties.back().size()});
  }
  std::vector<const char*> names;
  for (const std::string& slot : slots) names.push_back(slot.c_str());
  detail::require(host_->indexer(host_, where, told.data(), told.size(), names.data(), names.size()));
  return Indexer(static_cast<std::vector<Group>&&>(groups), static_cast<std::vector<std::string>&&>(slots));
}

inline void Model::initial(Number probability, std::initializer_list<Entry> entries, Place where) {
  std::vector<phasic_entry> told;
  for (const Entry& entry : entries) {
    const auto count = static_cast<std::int32_t>(entry.count.value);
    if (count != entry.count.value || entry.index.value < 0) {
      detail::refuse(where, {"initial has {", entry.index.value, ", ", entry.count.value,
                             "}; an entry is an index >= 0 and a count of 32 bits"});
    }
    told.push_back({static_cast<std::size_t>(entry.index.value), count});
  }
  detail::require(host_->initial(host_, where, probability.value, told.data(), told.size()));
}

namespace detail {

/// The functions of phasic_model: the C side of a Model. No exception leaves them.
struct Entrance {
  template <class Body>
  static int guarded(phasic_host* host, phasic_place where, Body body) noexcept {
    try {
      body();
      return 0;
    } catch (const Refused&) {
      return 1;
    } catch (const Failure& failure) {
      return host->fail(host, failure.where, PHASIC_WRONG, failure.text.c_str());
    } catch (const std::bad_alloc&) {
      return host->fail(host, where, PHASIC_OUT_OF_MEMORY, "out of memory");
    } catch (const std::exception& exception) {
      // Not by concatenation: there may be no memory for it.
      return host->fail(host, where, PHASIC_THROWN, exception.what());
    } catch (...) {
      return host->fail(host, where, PHASIC_THROWN, "of a type that is no std::exception");
    }
  }

  static int create(phasic_host* host, void** instance) noexcept {
    auto* const model = new (std::nothrow) Model(host);
    if (model == nullptr) return host->fail(host, {nullptr, 0}, PHASIC_OUT_OF_MEMORY, "out of memory");
    const int answer = guarded(host, {nullptr, 0}, [model] {
      define(*model);
      if (model->transitions_.is_empty()) {
        throw Failure{
            "the model has no transitions; call model.transitions([=](const State& state, const Emit& emit) "
            "{ ... })",
            {nullptr, 0}};
      }
      model->window_.term_count = 1 + model->names_.size();
    });
    if (answer == 0)
      *instance = model;
    else
      delete model;
    return answer;
  }

  static void destroy(void* instance) noexcept { delete static_cast<Model*>(instance); }

  static int expand(void* instance, const std::int32_t* entries, std::size_t length,
                    phasic_expansion* found) noexcept {
    Model& model = *static_cast<Model*>(instance);
    Window& window = model.window_;
    return guarded(model.host_, model.where_, [&] {
      window.open(entries, length);
      window.is_expanding = true;
      const State state(window);
      const Emit emit(window);
      model.transitions_(state, emit);
      window.is_expanding = false;
      found->edge_count = window.edges;
      found->child_count = window.rows;
      found->state_length = length;
      found->term_count = window.term_count;
      found->rows = window.targets.data();
      found->children = window.children.data();
      found->coefficients = window.coefficients.data();
      found->places = window.places.data();
    });
  }

  static int rewards(void* instance, const std::int32_t* entries, std::size_t length, double* values,
                     std::size_t count) noexcept {
    Model& model = *static_cast<Model*>(instance);
    return guarded(model.host_, model.where_, [&] {
      for (std::size_t i = 0; i < count && i < model.rewards_.size(); ++i) {
        model.window_.open(entries, length);
        const State state(model.window_);
        values[i] = model.rewards_[i](state);
      }
    });
  }
};

}  // namespace detail
}  // namespace model_abi_1
}  // namespace phasic

// Weak, not inline: an inline variable would be one for all libraries of a process.
extern "C" __attribute__((weak))
const phasic_model_library phasic_model = {PHASIC_MODEL_ABI,
                                           sizeof(phasic_model_library),
                                           phasic::detail::Entrance::create,
                                           phasic::detail::Entrance::destroy,
                                           phasic::detail::Entrance::expand,
                                           phasic::detail::Entrance::rewards};

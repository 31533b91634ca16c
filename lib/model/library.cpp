#include "model/library.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "model/call_guard.hpp"
#include "model/expansion_check.hpp"
#include "model/library_host.hpp"
#include "model/request.hpp"
#include "model/shared_object.hpp"
#include "model/state_text.hpp"

namespace phasic {

namespace {

// Loading and unloading run code of the library too.
class LoadedLibrary {
 public:
  LoadedLibrary(std::string where, std::span<const std::byte> elf, const Limits& limits)
      : where_(std::move(where)), limits_(limits), deadline_(limits) {
    CallGuard guard(where_, limits_, deadline_);
    const CallGuard::Running running(guard, "while it was loaded");
    object_.emplace(elf, where_);
    guard_exit(where_);
  }
  LoadedLibrary(const LoadedLibrary&) = delete;
  LoadedLibrary& operator=(const LoadedLibrary&) = delete;
  ~LoadedLibrary() {
    CallGuard guard(where_, limits_, deadline_);
    const CallGuard::Running running(guard, "while it was unloaded");
    object_.reset();
  }

  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  [[nodiscard]] const Deadline& deadline() const { return deadline_; }
  [[nodiscard]] const phasic_model_library& functions() const { return object_->model(where_); }

 private:
  std::string where_;
  Limits limits_;
  Deadline deadline_;
  std::optional<SharedObject> object_;
};

// One instance of the model, on the thread that made it.
class Instance {
 public:
  Instance(std::shared_ptr<const LoadedLibrary> library, std::span<const Assignment> assignments)
      : library_(std::move(library)),
        functions_(library_->functions()),
        guard_(library_->where(), library_->limits(), library_->deadline()),
        host_(library_->where(), assignments) {
    const int answer =
        call("while it was declared", {}, [&] { return functions_.create(host_.table(), &instance_); });
    if (answer == 0) is_made_ = Made::yes;
    try {
      host_.require_success(answer, "");
      host_.finish();
      if (!host_.declaration().rewards.empty() && functions_.rewards == nullptr) {
        throw InputError({library_->where(),
                          "declares rewards, and has no function for them",
                          "see phasic_model_library in phasic/model.h",
                          {}});
      }
    } catch (...) {
      destroy();
      throw;
    }
  }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance() { destroy(); }

  [[nodiscard]] LibraryHost& host() { return host_; }

  void expand(std::span<const std::int32_t> state, phasic_expansion& found) {
    call_for("while expanding state", state,
             [&] { return functions_.expand(instance_, state.data(), state.size(), &found); });
  }

  void rewards(std::span<const std::int32_t> state, std::span<double> values) {
    call_for("while computing the rewards of state", state, [&] {
      return functions_.rewards(instance_, state.data(), state.size(), values.data(), values.size());
    });
  }

  static std::string state_suffix(std::span<const std::int32_t> state) {
    return ": in state " + state_text(state, 0);
  }

 private:
  template <class Function>
  int call(std::string_view activity, std::span<const std::int32_t> state, Function function) {
    const CallGuard::Running running(guard_, activity, state);
    return function();
  }

  template <class Function>
  void call_for(std::string_view activity, std::span<const std::int32_t> state, Function function) {
    guard_.require_time(activity, state);
    const int answer = call(activity, state, function);
    if (answer != 0 || host_.has_failure()) host_.require_success(answer, state_suffix(state));
  }

  void destroy() noexcept {
    if (std::exchange(is_made_, Made::no) == Made::no) return;
    const CallGuard::Running running(guard_, "while it was destroyed");
    functions_.destroy(instance_);
  }

  std::shared_ptr<const LoadedLibrary> library_;
  const phasic_model_library& functions_;
  CallGuard guard_;
  LibraryHost host_;
  enum class Made { no, yes } is_made_ = Made::no;
  void* instance_ = nullptr;
};

class LibrarySource final : public TransitionSource {
 public:
  LibrarySource(std::shared_ptr<const LoadedLibrary> library, std::span<const Assignment> assignments)
      : instance_(std::move(library), assignments),
        check_(instance_.host().declaration(), instance_.host().terms()),
        rewards_(instance_.host().declaration().rewards.size()) {}

  [[nodiscard]] const Declaration& declaration() { return instance_.host().declaration(); }
  [[nodiscard]] const Terms& terms() const override { return check_.terms(); }

  Expansion expand(std::span<const std::int32_t> state) override {
    phasic_expansion found{};
    found.size = sizeof found;
    instance_.expand(state, found);
    return check_.checked(state, found, instance_.host());
  }

  std::span<const double> rewards(std::span<const std::int32_t> state) override {
    std::ranges::fill(rewards_, -1.0);
    instance_.rewards(state, rewards_);
    for (std::size_t i = 0; i < rewards_.size(); ++i) {
      if (rewards_[i] >= 0 && std::isfinite(rewards_[i])) continue;
      throw InputError({declaration().where + Instance::state_suffix(state),
                        fmt::format("reward '{}' is {}", declaration().rewards[i], rewards_[i]),
                        "a reward is a finite number >= 0",
                        {}});
    }
    return rewards_;
  }

 private:
  Instance instance_;
  ExpansionCheck check_;
  std::vector<double> rewards_;
};

class LibraryModel final : public Model {
 public:
  LibraryModel(std::string where, std::span<const std::byte> elf, std::vector<Assignment> assignments,
               const Limits& limits, std::vector<RequestPart> code)
      : library_(std::make_shared<const LoadedLibrary>(std::move(where), elf, limits)),
        assignments_(std::move(assignments)),
        code_(std::move(code)) {
    Instance instance(library_, assignments_);
    declaration_ = instance.host().declaration();
    terms_ = instance.host().terms();
  }

  [[nodiscard]] const Declaration& declaration() const override { return declaration_; }

  [[nodiscard]] std::vector<RequestPart> request_parts() const override {
    return request_parts_of(code_, fmt::format("compiled, ABI {}", PHASIC_MODEL_ABI),
                            declaration_.parameters);
  }

  [[nodiscard]] std::unique_ptr<TransitionSource> make_source() override {
    auto source = std::make_unique<LibrarySource>(library_, assignments_);
    const Declaration& again = source->declaration();
    const bool is_same = source->terms() == terms_ && again.state_length == declaration_.state_length &&
                         again.rewards == declaration_.rewards && again.time == declaration_.time;
    if (!is_same) {
      throw InputError({declaration_.where,
                        "the model declares something else the second time",
                        "define runs once for each thread: nothing in it may be static",
                        {}});
    }
    return source;
  }

 private:
  std::shared_ptr<const LoadedLibrary> library_;
  std::vector<Assignment> assignments_;
  std::vector<RequestPart> code_;
  Declaration declaration_;
  Terms terms_;
};

}  // namespace

std::vector<RequestPart> library_code_parts(std::span<const std::byte> elf) {
  return {{"code", to_hex(sha256(elf))}};
}

std::unique_ptr<Model> load_library_model(std::string where, std::span<const std::byte> elf,
                                          std::vector<Assignment> assignments, const Limits& limits,
                                          std::vector<RequestPart> code) {
  return std::make_unique<LibraryModel>(std::move(where), elf, std::move(assignments), limits,
                                        std::move(code));
}

}  // namespace phasic

#include "cli/code_request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/explain.hpp"
#include "cli/provenance.hpp"

namespace phasic {

namespace {

class CodeAnswer {
 public:
  CodeAnswer(const CodeRequest& request, Store& store, const Log& log)
      : request_(request),
        store_(store),
        log_(log),
        path_(request.sources.files.front().path),
        parts_(code_request_parts(request.sources, request.kind, request.headers)),
        key_(request_key("compiled", parts_)) {}

  std::optional<Object> obtain() {
    std::optional<Object> cached = find();
    if (cached && (store_.mode() != CacheMode::verify || !can_compile())) {
      log_.info(fmt::format("cache hit: {} (code of {})", abbreviated(cached->hash()), path_));
      return cached;
    }
    if (!cached) explain();
    if (request_.may_compile == MayCompile::no) return std::nullopt;
    if (!request_.choice.found) complain_of_no_compiler();
    Object made = make(*request_.choice.found);
    if (cached) compare(*cached, made);
    if (!cached) keep(made);
    return made;
  }

 private:
  [[nodiscard]] bool can_compile() const {
    return request_.may_compile == MayCompile::yes && request_.choice.found;
  }

  std::optional<Object> find() {
    const auto record = store_.find(Layer::compiled, key_);
    if (!record) return std::nullopt;
    why_another_ = why_another_compiler(*record);
    if (!why_another_.empty()) return std::nullopt;
    auto object = store_.load(Layer::compiled, record->object);
    if (!object || is_what_was_asked(*object)) return object;
    log_.warning(
        fmt::format("compiled code {}: it is not what its record says, or of a version that this "
                    "version cannot read; it is not used",
                    abbreviated(record->object)));
    return std::nullopt;
  }

  // What the record says of the compiler and what is there now; empty where they agree, or none is there.
  [[nodiscard]] std::string why_another_compiler(const Record& record) const {
    if (!request_.choice.found) return "";
    std::string why;
    for (const auto& [name, value] : identity_of(*request_.choice.found)) {
      const std::string before = value_of(record.provenance, name);
      if (before == value) continue;
      why += fmt::format("{}{}: {} -> {}", why.empty() ? "" : ", ", name, before, value);
    }
    return why;
  }

  static Provenance identity_of(const Compiler& compiler) {
    return {{"compiler", compiler.path},
            {"compiler size", std::to_string(compiler.size)},
            {"compiler mtime", compiler.modified}};
  }

  // The object repeats what decides where its code may run.
  [[nodiscard]] bool is_what_was_asked(const Object& object) const {
    try {
      const CompiledCode code = read_code(object);
      return code.preset == name_of(request_.kind.preset) && code.processor == request_.kind.processor &&
             code.abi == model_abi;
    } catch (const FormatError&) {
      return false;
    }
  }

  void explain() {
    if (request_.explain == Explain::no) return;
    std::vector<std::string> lines;
    if (!store_.is_on()) {
      lines = {"the cache is off"};
    } else if (store_.mode() == CacheMode::refresh) {
      lines = {"the cache's mode is refresh"};
    } else if (!why_another_.empty()) {
      lines = {"the compiler is another; " + why_another_};
    } else {
      lines = explain_miss({parts_, path_in_records(path_), "code"}, store_.records(Layer::compiled));
    }
    std::string text = fmt::format("{}: code not cached: {}\n", log_.tool(), fmt::join(lines, "\n"));
    std::fwrite(text.data(), 1, text.size(), stderr);
  }

  [[noreturn]] void complain_of_no_compiler() const {
    std::vector<std::string> details;
    for (const std::string& absent : request_.sources.absent) {
      details.push_back(absent + " is not beside the file that includes it");
    }
    throw MissingError(
        {path_,
         fmt::format("there is no compiler ({}), and no code in the cache for it", request_.choice.sought),
         "install g++, set CXX, or build it once with this cache where there is a compiler", details});
  }

  Object make(const Compiler& compiler) {
    version_ = version_text(compiler);
    log_.info(fmt::format("compiling {} with {} ({})", path_, short_name(compiler, version_),
                          name_of(request_.kind.preset)));
    const Compiled compiled = compile({request_.sources, compiler, request_.kind.options,
                                       request_.kind.preset, request_.headers, request_.seconds});
    for (const std::string_view line : split(compiled.messages, '\n')) {
      if (!line.empty()) log_.info(line);
    }
    return seal_code(compiled.library, request_.kind);
  }

  // Not every compiler makes the same bytes twice; what they do is compared as graphs.
  void compare(const Object& cached, const Object& made) const {
    if (cached.hash() == made.hash()) {
      log_.info(fmt::format("verified: {} was compiled anew, byte for byte", abbreviated(made.hash())));
    } else {
      log_.info(fmt::format("{} was compiled anew to other bytes, which are run", path_));
    }
  }

  void keep(const Object& code) {
    if (store_.publish(Layer::compiled, code) == Stored::no) return;
    Record record;
    record.request = key_;
    record.layer = Layer::compiled;
    record.object = code.hash();
    record.length = code.bytes().size();
    record.parts = parts_;
    record.provenance = {{"model", path_in_records(path_)}};
    const auto add = [&](Provenance more) { std::ranges::move(more, std::back_inserter(record.provenance)); };
    add(identity_of(*request_.choice.found));
    add({{"compiler version", version_},
         {"flags", fmt::format("{}", fmt::join(options_of(request_.kind.preset), " "))}});
    add(made_by(log_.tool()));
    if (store_.file(record) == Stored::yes) {
      log_.info(fmt::format("saved code to cache: {} ({} bytes)", abbreviated(code.hash()),
                            read_code(code).library.size()));
    }
  }

  const CodeRequest& request_;
  Store& store_;
  const Log& log_;
  std::string path_;
  std::vector<RequestPart> parts_;
  RequestKey key_;
  std::string why_another_;
  std::string version_;
};

}  // namespace

std::optional<Object> obtain_code(const CodeRequest& request, Store& store, const Log& log) {
  return CodeAnswer(request, store, log).obtain();
}

}  // namespace phasic

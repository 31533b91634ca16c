#include <fmt/core.h>
#include <unistd.h>

#include "base/file.hpp"
#include "cli/exit.hpp"
#include "cli/items.hpp"

namespace phasic {

namespace {

enum class Way { key, object, file, nothing };

[[noreturn]] void refuse_terminal(const Object& object) {
  throw StoreError(
      {"standard output",
       fmt::format("is a terminal, and the {} would go there as binary data", name_of(object.type())),
       "give -o FILE, or pipe it on",
       {}});
}

}  // namespace

struct ItemWriter::Implementation {
  Form form;
  std::string output_file;
  Buffer collected;
  bool has_graph = false;

  [[nodiscard]] bool goes_to_file() const { return form == Form::objects && output_file != "-"; }
  [[nodiscard]] Way way_of(const Object& object, Stored stored) const;
};

Way ItemWriter::Implementation::way_of(const Object& object, Stored stored) const {
  if (goes_to_file()) return Way::file;
  if (form == Form::objects) return Way::object;
  if (stored == Stored::yes) return object.type() == ObjectType::graph ? Way::key : Way::nothing;
  if (form == Form::keys_or_objects) return Way::object;
  throw StoreError(
      {"--key",
       fmt::format("the {} could not be stored, so its key would name nothing", name_of(object.type())),
       "make the cache writable, or leave out --key and pipe the data on",
       {}});
}

ItemWriter::ItemWriter(Form form, std::string output_file)
    : implementation_(new Implementation{form, std::move(output_file), {}, false}) {}

ItemWriter::~ItemWriter() = default;

bool ItemWriter::wants_objects() const {
  return implementation_->form == Form::objects;
}

void ItemWriter::write(const Object& object, Stored stored) {
  if (object.type() == ObjectType::graph) {
    implementation_->has_graph = true;
  } else if (object.type() != ObjectType::trace || !implementation_->has_graph) {
    throw InternalError({"", "an object is written that is neither a graph nor follows one", "", {}});
  }
  switch (implementation_->way_of(object, stored)) {
    case Way::nothing:
      return;
    case Way::key:
      print(to_hex(object.hash()) + '\n');
      break;
    case Way::object:
      if (::isatty(STDOUT_FILENO) == 1) refuse_terminal(object);
      print(as_text(object.bytes()));
      break;
    case Way::file: {
      Buffer& collected = implementation_->collected;
      collected.insert(collected.end(), object.bytes().begin(), object.bytes().end());
      return;
    }
  }
  flush_output();
}

void ItemWriter::finish() {
  if (!implementation_->goes_to_file()) return;
  write_file_atomically(implementation_->output_file, implementation_->collected);
}

}  // namespace phasic

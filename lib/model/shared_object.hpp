// A shared library that exists as bytes only: loaded from memory, so that no file can change or vanish under
// it.
#pragma once

#include <cstddef>
#include <span>
#include <string>

struct phasic_model_library;

namespace phasic {

class SharedObject {
 public:
  /// Runs the library's initialisers. Throws InputError naming `where`: no ELF file, none for this machine, a
  /// symbol or library that is missing.
  SharedObject(std::span<const std::byte> elf, const std::string& where);
  SharedObject(const SharedObject&) = delete;
  SharedObject& operator=(const SharedObject&) = delete;
  /// Runs its finalisers.
  ~SharedObject();

  /// The model that it exports. Its version is looked at before anything else of it is. Throws InputError: no
  /// such symbol, another ABI, functions that are not there.
  [[nodiscard]] const phasic_model_library& model(const std::string& where) const;

 private:
  void* handle_;
};

}  // namespace phasic

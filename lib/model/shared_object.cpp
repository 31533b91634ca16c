#include "model/shared_object.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <fmt/core.h>
#include <link.h>
#include <phasic/model.h>
#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/file.hpp"

namespace phasic {

namespace {

constexpr const char* how_to_build =
    "a model is compiled by phasic-build itself: give it the source, model.cpp";

void require_elf(std::span<const std::byte> elf, const std::string& where) {
  if (elf.size() < SELFMAG || std::memcmp(elf.data(), ELFMAG, SELFMAG) != 0) {
    throw InputError({where, "is no shared library", how_to_build, {}});
  }
}

Descriptor copy_in_memory(std::span<const std::byte> elf, const std::string& where) {
  Descriptor file(::memfd_create("phasic-model", MFD_CLOEXEC));
  const int error = file.is_open() ? write_fully(file.get(), elf) : errno;
  if (error != 0) throw IoError({where, "cannot be copied to memory: " + error_text(error), "", {}});
  return file;
}

// AddressSanitizer's runtime, loaded into a process that has begun without it, ends the process. Whether a
// library wants it stands among the names of what it needs; ours may have it, for our own tests or a user's.
void refuse_sanitized(std::span<const std::byte> elf, const std::string& where) {
  using namespace std::string_view_literals;
  const bool wants_it = as_text(elf).find("\0libasan.so"sv) != std::string_view::npos;
  if (!wants_it || ::dlsym(RTLD_DEFAULT, "__asan_init") != nullptr) return;
  throw InputError({where,
                    "is compiled with -fsanitize=address, whose runtime must be there when a process begins",
                    "leave the option out, or set LD_PRELOAD=$(g++ -print-file-name=libasan.so)",
                    {}});
}

// The loader takes a library for one that it has if the path is the same, and a descriptor's number comes
// again: each load has a spelling of its own.
std::string unique_path(int descriptor) {
  static std::atomic<std::uint64_t> loads{0};
  std::string path = "/proc/self/fd";
  for (std::uint64_t rest = ++loads; rest != 0; rest >>= 1U) path += (rest & 1U) != 0 ? "/." : "//";
  return fmt::format("{}/{}", path, descriptor);
}

// The loader's message, which knows the library by a name that says nothing to a user.
std::string loader_message(const std::string& path) {
  const char* const message = ::dlerror();
  std::string text = message == nullptr ? "it says not why" : message;
  if (text.starts_with(path + ": ")) text.erase(0, path.size() + 2);
  return text;
}

[[noreturn]] void refuse(const std::string& message, const std::string& where) {
  if (message.find("_Z6defineRN6phasic") != std::string::npos) {
    throw InputError(
        {where, "has no function define", "write void define(phasic::Model& model) { ... }", {}});
  }
  throw InputError({where, "cannot be loaded: " + message, how_to_build, {}});
}

// Bytes of the data that begins there; 0 if it is no data.
std::uint64_t size_of_object(const void* symbol) {
  Dl_info info{};
  const ElfW(Sym)* entry = nullptr;
  const int found =
      ::dladdr1(symbol, &info, reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&entry)), RTLD_DL_SYMENT);
  if (found == 0 || entry == nullptr || ELF64_ST_TYPE(entry->st_info) != STT_OBJECT) return 0;
  return entry->st_size;
}

[[noreturn]] void refuse_parts(const std::string& where) {
  throw InputError({where,
                    "exports a phasic_model that is not whole",
                    "it says its ABI and its size, and has create, destroy and expand; see phasic/model.h",
                    {}});
}

}  // namespace

SharedObject::SharedObject(std::span<const std::byte> elf, const std::string& where) {
  require_elf(elf, where);
  refuse_sanitized(elf, where);
  const Descriptor file = copy_in_memory(elf, where);
  const std::string path = unique_path(file.get());
  handle_ = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle_ == nullptr) refuse(loader_message(path), where);
}

SharedObject::~SharedObject() {
  ::dlclose(handle_);
}

const phasic_model_library& SharedObject::model(const std::string& where) const {
  const void* const symbol = ::dlsym(handle_, "phasic_model");
  if (symbol == nullptr) {
    throw InputError({where,
                      "is a library without a model: it exports no phasic_model",
                      "include <phasic/model.hpp>, or export what phasic/model.h describes",
                      {}});
  }
  // A function of that name may lie anywhere.
  if (reinterpret_cast<std::uintptr_t>(symbol) % alignof(phasic_model_library) != 0) refuse_parts(where);
  const std::uint64_t size = size_of_object(symbol);
  const auto& library = *static_cast<const phasic_model_library*>(symbol);
  if (size < sizeof library.abi + sizeof library.size) refuse_parts(where);
  if (library.abi != PHASIC_MODEL_ABI) {
    throw InputError(
        {where,
         fmt::format("was built for ABI {}", library.abi),
         fmt::format("this is ABI {}: build it again with the headers of this phasic", PHASIC_MODEL_ABI),
         {}});
  }
  if (library.size > sizeof(phasic_model_library)) {
    throw InputError(
        {where, "was built with the headers of a newer phasic", "build it again with those of this one", {}});
  }
  if (library.size < sizeof(phasic_model_library) || size < library.size) refuse_parts(where);
  if (library.create == nullptr || library.destroy == nullptr || library.expand == nullptr)
    refuse_parts(where);
  return library;
}

}  // namespace phasic

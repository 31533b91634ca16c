// Mutations of objects that keep them whole: lengths, section table and checksum are put right afterwards, or
// no mutated object would ever be read further than its checksum. For libFuzzer alone, which finds it by its
// name.
#include <algorithm>
#include <cstring>

#include "fuzz/input.hpp"
#include "fuzz/loose_object.hpp"
#include "fuzz/seeds.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace phasic::fuzz {

namespace {

void mutate(std::string& bytes, std::size_t room) {
  const std::size_t size = bytes.size();
  bytes.resize(size + room);
  bytes.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(bytes.data()), size, bytes.size()));
}

// One element becomes another of the same section, or one more or less: such numbers are in range, or nearly.
void mutate_element(LooseSection& section, std::uint32_t choice) {
  const std::size_t width = size_of(section.type);
  const std::size_t count = section.bytes.size() / width;
  if (count == 0) return;
  char* const element = section.bytes.data() + choice / 4 % count * width;
  if (choice % 4 == 0)
    ++*element;
  else if (choice % 4 == 1)
    --*element;
  else
    std::memmove(element, section.bytes.data() + choice / 8 % count * width, width);
}

// One section changed, dropped, or read as another type; nothing where `bytes` are no object.
std::string with_mutated_section(std::string_view bytes, std::uint32_t choice) {
  LooseObject loose;
  if (!accepts([&] { loose = taken_apart(bytes); }) || loose.sections.empty()) return {};
  const auto place = choice / 16 % loose.sections.size();
  LooseSection& section = loose.sections[place];
  constexpr std::size_t some_elements = 64;
  switch (choice % 16) {
    case 0:
      loose.sections.erase(loose.sections.begin() + static_cast<std::ptrdiff_t>(place));
      break;
    case 1:
      section.type = static_cast<ElementType>(1 + choice / 1024 % 9);
      break;
    case 2:
      loose.type_version += choice / 1024 % 3 - 1;
      break;
    case 3:
    case 4:
    case 5:
      mutate(section.bytes, some_elements);
      break;
    case 6:
    case 7:
    case 8:
    case 9:
      mutate_element(section, choice / 1024);
      break;
    default:
      mutate(section.bytes, 0);
  }
  try {
    return put_together(loose);
  } catch (const InternalError&) {
    return {};  // earlier mutations gave two sections one name, or one none
  }
}

// Any bytes, with the length in the header and the checksum made to fit them.
std::string sealed_again(std::string bytes) {
  constexpr std::size_t length_place = 16;
  const std::size_t content = bytes.size() < digest_size ? 0 : bytes.size() - digest_size;
  const std::size_t rounded = std::max(content / section_alignment * section_alignment, object_header_size);
  bytes.resize(rounded + digest_size);
  const std::uint64_t total = bytes.size();
  std::memcpy(bytes.data() + length_place, &total, sizeof total);
  const auto digest = sha256(as_bytes(bytes).first(rounded));
  std::memcpy(bytes.data() + rounded, digest.data(), digest.size());
  return bytes;
}

std::string seed(std::uint32_t choice) {
  static const std::vector<Object> seeds = seed_objects();
  return std::string(as_text(seeds[choice % seeds.size()].bytes()));
}

}  // namespace

}  // namespace phasic::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int choice) {
  using namespace phasic::fuzz;
  std::string mutated;
  if (choice % 16 > 1) {
    mutated = with_mutated_section(text_of(data, size), choice / 16);
    if (mutated.empty()) mutated = seed(choice / 16);
  } else {
    mutated.assign(text_of(data, size));
    mutated.resize(max_size);
    mutated.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(mutated.data()), size, max_size));
    if (choice % 16 == 0) mutated = sealed_again(std::move(mutated));
  }
  const std::size_t length = std::min(mutated.size(), max_size);
  std::copy_n(mutated.begin(), length, data);
  return length;
}

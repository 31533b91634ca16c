// Index records. One that is accepted is what it would be written as.
#include "fuzz/input.hpp"
#include "store/record.hpp"

using namespace phasic;
using namespace phasic::fuzz;

namespace {

void read(std::string_view text) {
  (void)has_valid_checksum(text);
  accepts([&] {
    const Record record = decode_record(text);
    if (encode(record) != text)
      throw InternalError({"", "a record was accepted that we would not write so", "", {}});
  });
}

// The checksum keeps a mutated record from being read: here it is made to fit.
std::string sealed(std::string_view text) {
  const std::string_view body = text.substr(0, text.rfind("checksum "));
  return std::string(body) + "checksum " + to_hex(sha256(as_bytes(body))) + '\n';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  read(text);
  read(sealed(text));
  return 0;
}

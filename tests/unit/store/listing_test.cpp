#include "store/listing.hpp"

#include "base/file.hpp"
#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;

TEST(Listing, VisitsEveryNameOnceAndAgainFromTheStart) {
  const ScratchDirectory scratch;
  for (const char* name : {"a", "b", ".hidden"}) write_text(scratch.path() / name, "");
  const Descriptor directory(::open(scratch.path().c_str(), O_RDONLY | O_DIRECTORY));
  for (int i = 0; i < 2; ++i) {
    std::vector<std::string> names;
    for_each_name(directory.get(), [&](std::string_view name) { names.emplace_back(name); });
    std::sort(names.begin(), names.end());
    EXPECT_EQ(names, (std::vector<std::string>{".hidden", "a", "b"}));
  }
}

TEST(Listing, OfWhatIsNoDirectoryIsEmpty) {
  const Descriptor null(::open("/dev/null", O_RDONLY));
  for_each_name(null.get(), [](std::string_view name) { ADD_FAILURE() << name; });
  for_each_name(-1, [](std::string_view name) { ADD_FAILURE() << name; });
}

}  // namespace
}  // namespace phasic

#include "base/private_directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include "base/error.hpp"

namespace phasic {

namespace {

// The directory made, or empty.
std::string make_in(const char* parent) {
  if (parent == nullptr || *parent != '/') return "";  // relative to what would be somebody's guess
  std::string path(parent);
  path += "/phasic-XXXXXX";
  return ::mkdtemp(path.data()) == nullptr ? "" : path;
}

}  // namespace

PrivateDirectory::PrivateDirectory() : path_(make_in(std::getenv("TMPDIR"))) {
  if (path_.empty()) path_ = make_in("/tmp");
  if (path_.empty()) {
    throw IoError(
        {"/tmp", "cannot make a directory: " + error_text(errno), "set TMPDIR to one that has room", {}});
  }
}

PrivateDirectory::~PrivateDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace phasic

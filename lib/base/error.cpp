#include "base/error.hpp"

#include <system_error>

namespace phasic {

namespace {

std::string one_line(const Complaint& complaint) {
  std::string line = complaint.where.empty() ? complaint.what : complaint.where + ": " + complaint.what;
  if (!complaint.remedy.empty()) line += "; " + complaint.remedy;
  return line;
}

}  // namespace

Error::Error(ExitCode code, Complaint complaint)
    : std::runtime_error(one_line(complaint)), code_(code), complaint_(std::move(complaint)) {}

std::string error_text(int error_number) {
  return std::generic_category().message(error_number);
}

}  // namespace phasic

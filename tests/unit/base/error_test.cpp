#include "base/error.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace phasic {
namespace {

TEST(Error, ReadsAsWhereWhatAndRemedy) {
  EXPECT_STREQ(InputError({"m.lua:3", "unknown name", "declare it", {}}).what(),
               "m.lua:3: unknown name; declare it");
  EXPECT_STREQ(InputError({"", "unknown name", "declare it", {}}).what(), "unknown name; declare it");
  EXPECT_STREQ(InputError({"m.lua:3", "unknown name", "", {}}).what(), "m.lua:3: unknown name");
  EXPECT_STREQ(InputError({"", "unknown name", "", {"a detail"}}).what(), "unknown name");
}

TEST(Error, CarriesTheExitCodeOfItsKind) {
  const Complaint complaint{"", "what", "", {}};
  EXPECT_EQ(UsageError(complaint).code(), ExitCode::usage);
  EXPECT_EQ(InputError(complaint).code(), ExitCode::bad_data);
  EXPECT_EQ(FormatError(complaint).code(), ExitCode::bad_data);
  EXPECT_EQ(MissingError(complaint).code(), ExitCode::no_input);
  EXPECT_EQ(LimitError(complaint).code(), ExitCode::limit);
  EXPECT_EQ(InternalError(complaint).code(), ExitCode::internal);
  EXPECT_EQ(StoreError(complaint).code(), ExitCode::cannot_create);
  EXPECT_EQ(IoError(complaint).code(), ExitCode::io);
}

TEST(Error, ExitCodesAreThoseThatTheManualPagesState) {
  EXPECT_EQ(static_cast<int>(ExitCode::done), 0);
  EXPECT_EQ(static_cast<int>(ExitCode::no), 1);
  EXPECT_EQ(static_cast<int>(ExitCode::usage), 2);
  EXPECT_EQ(static_cast<int>(ExitCode::bad_data), 65);
  EXPECT_EQ(static_cast<int>(ExitCode::no_input), 66);
  EXPECT_EQ(static_cast<int>(ExitCode::limit), 69);
  EXPECT_EQ(static_cast<int>(ExitCode::internal), 70);
  EXPECT_EQ(static_cast<int>(ExitCode::cannot_create), 73);
  EXPECT_EQ(static_cast<int>(ExitCode::io), 74);
}

TEST(Error, KnowsTheSystemsWordsForItsNumbers) {
  EXPECT_EQ(error_text(ENOSPC), "No space left on device");
}

}  // namespace
}  // namespace phasic

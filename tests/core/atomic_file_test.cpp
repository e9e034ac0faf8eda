#include "core/atomic_file.h"

#include <signal.h>
#include <unistd.h>

#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "core/random.h"
#include "support/temp_dir.h"

namespace vigil::core {
namespace {

namespace fs = std::filesystem;

TEST(AtomicFile, what_is_written_is_read_back_byte_for_byte) {
  const test::TempDir dir;
  const std::string bytes("a\0b\r\n\xff", 6);
  ASSERT_TRUE(write_file_atomically(dir / "f", bytes));
  EXPECT_EQ(read_file(dir / "f"), bytes);
  ASSERT_TRUE(write_file_atomically(dir / "f", ""));
  EXPECT_EQ(read_file(dir / "f"), "");
}

TEST(AtomicFile, leaves_nothing_but_the_file) {
  const test::TempDir dir;
  ASSERT_TRUE(write_file_atomically(dir / "events.json", "{}"));
  EXPECT_EQ(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()), 1);
}

TEST(AtomicFile, the_temporary_lies_beside_the_target_and_keeps_its_extension) {
  EXPECT_EQ(temporary_path("out/clip.mp4"), fs::path("out/.clip.tmp.mp4"));
  EXPECT_EQ(temporary_path("clip"), fs::path(".clip.tmp"));
}

TEST(AtomicFile, an_error_names_the_path_and_leaves_the_target_alone) {
  const test::TempDir dir;
  const auto missing_dir = write_file_atomically(dir / "no" / "f", "new");
  ASSERT_FALSE(missing_dir);
  EXPECT_EQ(missing_dir.error().code, ErrorCode::kIo);
  EXPECT_NE(missing_dir.error().message.find("No such file or directory"), std::string::npos);

  fs::create_directory(dir / "taken");
  const auto onto_directory = write_file_atomically(dir / "taken", "new");
  ASSERT_FALSE(onto_directory);
  EXPECT_NE(onto_directory.error().message.find((dir / "taken").string()), std::string::npos);
  EXPECT_TRUE(fs::is_directory(dir / "taken"));
}

TEST(AtomicFile, reading_tells_missing_from_unreadable) {
  const test::TempDir dir;
  EXPECT_EQ(read_file(dir / "absent").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(read_file(dir.path()).error().code, ErrorCode::kIo);
}

// A child overwrites the file without pause and is killed at a random moment; the file must be one of the two contents.
TEST(AtomicFile, a_kill_at_any_moment_leaves_the_old_content_or_the_new) {
  const test::TempDir dir;
  const fs::path file = dir / "state";
  const std::string contents[] = {std::string(300'000, 'a'), std::string(500'000, 'b')};
  ASSERT_TRUE(write_file_atomically(file, contents[0]));
  Rng rng = make_rng({1});
  int changed = 0;
  // Where the disk is slow, more rounds and longer ones, until one has written.
  for (int round = 0; round < 20 || (changed == 0 && round < 200); ++round) {
    const int longest_us = round < 20 ? 20'000 : 5'000 * round;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int i = round + 1;; ++i) {
        if (!write_file_atomically(file, contents[i % 2])) ::_exit(1);
      }
    }
    ::usleep(static_cast<useconds_t>(uniform_int(rng, 0, longest_us)));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child could not write";
    const auto found = read_file(file);
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_TRUE(*found == contents[0] || *found == contents[1]) << found->size() << " bytes";
    changed += *found == contents[1] ? 1 : 0;
  }
  EXPECT_GT(changed, 0) << "no child got as far as writing; the test showed nothing";
}

}  // namespace
}  // namespace vigil::core

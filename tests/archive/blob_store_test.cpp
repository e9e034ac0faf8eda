#include "archive/blob_store.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "core/atomic_file.h"
#include "support/temp_dir.h"

namespace vigil::archive {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;

TEST(BlobKeys, stay_inside_the_folder) {
  for (const char* good : {"a", "events/2026/11/26/yard-1/clip.mp4", "A_b-c.d"}) EXPECT_TRUE(is_blob_key(good)) << good;
  for (const std::string& bad :
       {std::string(), std::string("/a"), std::string("a/"), std::string("a//b"), std::string("../a"), std::string("a/../b"),
        std::string("a/.b"), std::string("."), std::string("a b"), std::string("a\\b"), std::string("a\0b", 3),
        std::string("%2e%2e/a"), std::string(600, 'a')}) {
    EXPECT_FALSE(is_blob_key(bad)) << bad;
  }
}

class DiskBlobsTest : public testing::Test {
 protected:
  const test::TempDir dir_;
  std::unique_ptr<DiskBlobs> blobs_ = std::move(*DiskBlobs::open(dir_ / "data"));
};

TEST_F(DiskBlobsTest, give_back_what_was_put) {
  std::ofstream(dir_ / "local") << "hello";
  ASSERT_TRUE(blobs_->put_file("a/b.txt", dir_ / "local"));
  ASSERT_TRUE(blobs_->put_bytes("a/c.txt", "world!"));
  EXPECT_EQ(core::read_file(*blobs_->local_path("a/b.txt")).value(), "hello");
  EXPECT_EQ(blobs_->info("a/c.txt")->size, 6U);
  ASSERT_TRUE(blobs_->put_bytes("a/c.txt", "replaced"));
  EXPECT_EQ(core::read_file(*blobs_->local_path("a/c.txt")).value(), "replaced");
}

TEST_F(DiskBlobsTest, list_what_is_in_a_folder_and_nothing_unfinished) {
  for (const char* key : {"a/2", "a/1", "b/1"}) ASSERT_TRUE(blobs_->put_bytes(key, "x"));
  std::ofstream(dir_ / "data/a/.3.tmp") << "half";
  std::vector<std::string> keys;
  const auto listed = blobs_->list("a");
  ASSERT_TRUE(listed);
  for (const BlobInfo& blob : *listed) keys.push_back(blob.key);
  EXPECT_THAT(keys, testing::ElementsAre("a/1", "a/2"));
  EXPECT_EQ(blobs_->list("")->size(), 3U);
  EXPECT_TRUE(blobs_->list("nothing")->empty());
  ASSERT_TRUE(blobs_->sweep_unfinished());
  EXPECT_FALSE(fs::exists(dir_ / "data/a/.3.tmp"));
}

TEST_F(DiskBlobsTest, remove_a_blob_and_the_folders_that_are_empty_then) {
  ASSERT_TRUE(blobs_->put_bytes("a/b/c", "x"));
  ASSERT_TRUE(blobs_->put_bytes("a/d", "x"));
  ASSERT_TRUE(blobs_->remove("a/b/c"));
  EXPECT_FALSE(fs::exists(dir_ / "data/a/b"));
  EXPECT_TRUE(fs::exists(dir_ / "data/a/d"));
  EXPECT_TRUE(blobs_->remove("a/b/c")) << "removed already";
  ASSERT_TRUE(blobs_->remove("a/d"));
  EXPECT_TRUE(fs::exists(dir_ / "data"));
}

TEST_F(DiskBlobsTest, refuse_what_is_no_key_or_not_there) {
  EXPECT_EQ(blobs_->put_bytes("../x", "x").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(blobs_->local_path("/etc/passwd").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(blobs_->local_path("nothing").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(blobs_->put_file("x", dir_ / "nothing").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(blobs_->remove("a/../../x").error().code, ErrorCode::kInvalidArgument);
}

TEST_F(DiskBlobsTest, what_cannot_be_written_leaves_nothing_behind) {
  fs::create_directories(dir_ / "data/a/x");
  EXPECT_EQ(blobs_->put_bytes("a/x", "a folder stands where the blob should").error().code, ErrorCode::kIo);
  EXPECT_TRUE(blobs_->list("a")->empty());
}

}  // namespace
}  // namespace vigil::archive

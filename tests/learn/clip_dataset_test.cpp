#include "learn/clip_dataset.h"

#include <array>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shared_data.h"
#include "support/temp_dir.h"

namespace vigil::learn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

void put(const std::filesystem::path& path, const std::string& text = "x") {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

std::vector<std::string> names(const ClipSet& clips) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < clips.size(); ++i) out.push_back(clips.get(i).name + "=" + std::to_string(clips.get(i).label));
  return out;
}

TEST(ClipDataset, reads_class_folders_in_order_of_names) {
  const test::TempDir dir;
  put(dir / "Violence/b.mp4");
  put(dir / "Violence/a.AVI");
  put(dir / "Violence/notes.txt");
  put(dir / "Violence/.hidden.mp4");
  put(dir / "non_violence/c.mkv");
  put(dir / "readme.md");
  const auto dataset = open_dataset(dir.path());
  ASSERT_TRUE(dataset) << dataset.error().message;
  EXPECT_THAT(names(dataset->all), ElementsAre("Violence/a.AVI=1", "Violence/b.mp4=1", "non_violence/c.mkv=0"));
  EXPECT_FALSE(dataset->split);
  EXPECT_EQ(dataset->all.get(0).group, "Violence/a.AVI") << "a file is a group of its own";
}

TEST(ClipDataset, reads_the_split_of_the_document) {
  const test::TempDir dir;
  put(dir / "Train/NonViolence/NV_1.mp4");
  put(dir / "Train/Violence/V_1.mp4");
  put(dir / "Validation/Violence/V_2.mp4");
  put(dir / "Test/NonViolence/NV_2.mp4");
  const auto dataset = open_dataset(dir.path());
  ASSERT_TRUE(dataset) << dataset.error().message;
  ASSERT_TRUE(dataset->split);
  EXPECT_THAT(names(dataset->split->train), ElementsAre("Train/NonViolence/NV_1.mp4=0", "Train/Violence/V_1.mp4=1"));
  EXPECT_THAT(names(dataset->split->validation), ElementsAre("Validation/Violence/V_2.mp4=1"));
  EXPECT_THAT(names(dataset->split->test), ElementsAre("Test/NonViolence/NV_2.mp4=0"));
  EXPECT_EQ(dataset->all.size(), 4U);
}

TEST(ClipDataset, reads_a_csv_with_columns_in_any_order) {
  const test::TempDir dir;
  put(dir / "one.mp4");
  put(dir / "sub/two, too.mp4");
  put(dir / "clips.csv",
      "group,LABEL,file,note\r\ng1,Fight,one.mp4,\r\n,non-violence,\"sub/two, too.mp4\",\"a \"\"note\"\"\"\r\n");
  for (const auto& path : {dir.path(), dir / "clips.csv"}) {
    const auto dataset = open_dataset(path);
    ASSERT_TRUE(dataset) << dataset.error().message;
    EXPECT_THAT(names(dataset->all), ElementsAre("one.mp4=1", "sub/two, too.mp4=0"));
    EXPECT_EQ(dataset->all.get(0).group, "g1");
    EXPECT_EQ(dataset->all.get(1).group, "sub/two, too.mp4");
    EXPECT_EQ(dataset->all.get(1).origin, "clips.csv:3");
  }
}

TEST(ClipDataset, labels_have_aliases_and_the_names_of_the_recipe) {
  for (const char* word : {"fight", "Fight", "VIOLENCE", "violent", "1"}) EXPECT_EQ(label_of(word), 1) << word;
  for (const char* word : {"noFight", "Non-Violence", "NonViolence", "non violence", "normal", "0"})
    EXPECT_EQ(label_of(word), 0) << word;
  for (const char* word : {"", "2", "maybe"}) EXPECT_EQ(label_of(word), std::nullopt) << word;
  EXPECT_EQ(label_of("Brawl", {.positive_class = "brawl", .negative_class = "calm"}), 1);
}

TEST(ClipDataset, names_file_and_line_of_what_is_wrong) {
  const test::TempDir dir;
  put(dir / "one.mp4");
  const auto error_of = [&](const std::string& csv) {
    put(dir / "clips.csv", csv);
    const auto dataset = open_dataset(dir.path());
    return dataset ? std::string("(no error)") : dataset.error().message;
  };
  EXPECT_THAT(error_of("file,label\none.mp4,fight\ntwo.mp4,fight\n"), HasSubstr("clips.csv:3: there is no file"));
  EXPECT_THAT(error_of("file,label\none.mp4,perhaps\n"), HasSubstr("clips.csv:2: the label 'perhaps' is not known"));
  EXPECT_THAT(error_of("file,label\none.mp4,fight\n\none.mp4,0\n"),
              HasSubstr("clips.csv:4: 'one.mp4' is listed twice, first in line 2"));
  EXPECT_THAT(error_of("path,label\none.mp4,fight\n"), HasSubstr("it has 'path', 'label'"));
  EXPECT_THAT(error_of("file,label\n"), HasSubstr("holds no clips"));
}

TEST(ClipDataset, unknown_folders_and_empty_ones_are_errors) {
  const test::TempDir dir;
  EXPECT_EQ(open_dataset(dir / "none").error().code, core::ErrorCode::kNotFound);
  EXPECT_THAT(open_dataset(dir.path()).error().message, HasSubstr("holds no clips"));
  put(dir / "dogs/a.mp4");
  EXPECT_THAT(open_dataset(dir.path()).error().message, HasSubstr("dogs"));
}

TEST(ClipDataset, reads_the_surveillance_fights) {
  VIGIL_REQUIRE_SHARED(fights, "data/surveillance-fights");
  const auto dataset = open_dataset(fights);
  ASSERT_TRUE(dataset) << dataset.error().message;
  EXPECT_EQ(dataset->all.count_of(0), 120U);
  EXPECT_EQ(dataset->all.count_of(1), 120U);
}

TEST(ClipSet, views_compose) {
  const ClipSet all({{.path = "a", .name = "a", .label = 0, .group = "a", .origin = {}},
                     {.path = "b", .name = "b", .label = 1, .group = "b", .origin = {}},
                     {.path = "c", .name = "c", .label = 1, .group = "c", .origin = {}}});
  const std::array<std::size_t, 2> last_two = {2, 1};
  const ClipSet view = all.subset(last_two).repeat(2);
  EXPECT_THAT(names(view), ElementsAre("c=1", "b=1", "c=1", "b=1"));
  EXPECT_EQ(view.count_of(1), 4U);
  EXPECT_TRUE(view.repeat(0).empty());
  EXPECT_THAT(names(concatenate(all, view.subset(std::array<std::size_t, 1>{1}))), ElementsAre("a=0", "b=1", "c=1", "b=1"));
}

}  // namespace
}  // namespace vigil::learn

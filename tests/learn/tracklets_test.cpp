#include "learn/tracklets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/atomic_file.h"
#include "learn/tracklet_cutting.h"
#include "media/source.h"
#include "support/make_media.h"
#include "support/shared_data.h"
#include "support/temp_dir.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::MediaTime;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST(Tracklets, survive_the_file) {
  const test::TempDir dir;
  const fs::path folder = dir / "people";
  fs::create_directories(folder);
  const TrackletSet set{.settings = "as ever",
                        .videos = {"a.mp4", "empty.mp4"},
                        .tracklets = {{.scene = "yard",
                                       .video = "a.mp4",
                                       .track = 7,
                                       .begin = MediaTime::from_us(100),
                                       .end = MediaTime::from_us(900),
                                       .pictures = {{.file = folder / "a.mp4/7-1.jpg", .time = MediaTime::from_us(500)}}}}};
  ASSERT_TRUE(write_tracklets(folder, set));
  const auto read = read_tracklets(folder);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->settings, set.settings);
  EXPECT_EQ(read->videos, set.videos);
  ASSERT_EQ(read->tracklets.size(), 1U);
  const Tracklet& tracklet = read->tracklets[0];
  EXPECT_EQ(tracklet.scene, "yard");
  EXPECT_EQ(tracklet.track, 7);
  EXPECT_EQ(tracklet.end, MediaTime::from_us(900));
  EXPECT_EQ(tracklet.pictures.at(0).file, folder / "a.mp4/7-1.jpg");
  EXPECT_EQ(tracklet.pictures.at(0).time, MediaTime::from_us(500));
}

TEST(Tracklets, what_is_no_such_file_is_refused_by_name) {
  const test::TempDir dir;
  EXPECT_EQ(read_tracklets(dir.path()).error().code, ErrorCode::kNotFound);
  for (const char* text : {"", "{}", "[1]", R"({"settings": "", "videos": [], "tracklets": [{"scene": 3}]})"}) {
    ASSERT_TRUE(core::write_file_atomically(dir / "tracklets.json", text));
    const auto read = read_tracklets(dir.path());
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kUnreadable);
    EXPECT_THAT(read.error().message, HasSubstr("tracklets.json"));
  }
}

class CuttingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto model = test::public_model("nanodet.json");
    if (!model) GTEST_SKIP() << "needs public weights, which ./test takes from the registry: nanodet.json";
    auto loaded = vision::Detector::load(*model, {.score_threshold = 0.1F});
    ASSERT_TRUE(loaded) << loaded.error().message;
    detector_ = *std::move(loaded);
    const auto street = test::street_video();
    ASSERT_TRUE(street) << "Debian's opencv-doc is part of the toolchain";
    // The first four seconds.
    street_ = test::make_media("street-4s.mp4", "-i " + street->string() + " -t 4 -c:v libx264 -crf 18 -pix_fmt yuv420p");
  }

  std::vector<SceneVideo> videos(int count) const {
    std::vector<SceneVideo> all;
    for (int i = 0; i < count; ++i) {
      all.push_back({.path = street_, .name = "street/" + std::to_string(i) + ".mp4", .scene = "street"});
    }
    return all;
  }

  test::TempDir dir_;
  fs::path street_;
  std::unique_ptr<vision::Detector> detector_;
};

TEST_F(CuttingTest, people_of_the_street_are_cut_out_again_and_again) {
  const CuttingOptions options{.out = dir_ / "people"};
  const auto outcome = cut_tracklets(*detector_, videos(1), options);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_GE(outcome->tracklets, 3);
  EXPECT_LE(outcome->tracklets, 12);
  const auto set = read_tracklets(options.out);
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->videos, std::set<std::string>{"street/0.mp4"});
  for (const Tracklet& person : set->tracklets) {
    EXPECT_EQ(person.scene, "street");
    EXPECT_GE(person.pictures.size(), 4U);
    MediaTime before = person.begin;
    for (const TrackletPicture& picture : person.pictures) {
      EXPECT_GE(picture.time, before);
      EXPECT_LE(picture.time, person.end);
      before = picture.time + core::MediaDuration::from_seconds(options.every_s);
      auto source = media::Source::open(picture.file.string());
      ASSERT_TRUE(source) << source.error().message;
      EXPECT_GE((*source)->info().height_px, 40);
      EXPECT_LT((*source)->info().width_px, (*source)->info().height_px) << "people stand";
    }
  }
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(options.out))
    files += entry.path().extension() == ".jpg" ? 1 : 0;
  EXPECT_EQ(files, static_cast<std::size_t>(outcome->pictures)) << "nothing of people that were not kept";
}

TEST_F(CuttingTest, goes_on_where_it_stopped) {
  std::stop_source stop;
  CuttingOptions options{.out = dir_ / "people", .fps = 5, .stop = stop.get_token()};
  options.progress = [&](const core::Progress&) { stop.request_stop(); };
  EXPECT_EQ(cut_tracklets(*detector_, videos(2), options).error().code, ErrorCode::kCancelled);
  EXPECT_EQ(read_tracklets(options.out)->videos.size(), 1U);
  const auto rest = cut_tracklets(*detector_, videos(2), {.out = options.out, .fps = 5});
  ASSERT_TRUE(rest) << rest.error().message;
  EXPECT_EQ(rest->videos, 2);

  const auto other = cut_tracklets(*detector_, videos(2), {.out = options.out, .fps = 2});
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("--overwrite"));
  EXPECT_TRUE(cut_tracklets(*detector_, videos(1), {.out = options.out, .fps = 2, .overwrite = true}));
}

TEST_F(CuttingTest, wrong_options_are_named) {
  EXPECT_THAT(cut_tracklets(*detector_, {}, {.out = dir_ / "x", .fps = 0}).error().message, HasSubstr("fps = 0"));
  EXPECT_THAT(cut_tracklets(*detector_, {}, {.out = dir_ / "x", .min_pictures = 1}).error().message,
              HasSubstr("min-pictures = 1"));
  std::vector<SceneVideo> twice = videos(1);
  twice.push_back(twice[0]);
  EXPECT_THAT(cut_tracklets(*detector_, twice, {.out = dir_ / "x"}).error().message, HasSubstr("street/0.mp4"));
}

}  // namespace
}  // namespace vigil::learn

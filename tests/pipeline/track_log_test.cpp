#include "pipeline/track_log.h"

#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "support/json_schema.h"
#include "support/temp_dir.h"

namespace vigil::pipeline {
namespace {

using core::MediaTime;
using core::TrackState;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

core::Track person(double seconds, std::int64_t id, TrackState state = TrackState::kConfirmed) {
  core::Track track;
  track.id = id;
  track.state = state;
  track.box = {.left = -3.25F, .top = 80.5F, .width = 42, .height = 118.75F};
  track.time = MediaTime::from_seconds(seconds);
  track.score = 0.5F;
  return track;
}

core::Pose pose() {
  core::Pose pose;
  for (std::size_t i = 0; i < pose.points.size(); ++i) {
    pose.points[i] = {.x = 10 + 0.25F * static_cast<float>(i), .y = -1, .score = 0.75F};
  }
  return pose;
}

class TrackLogTest : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return dir_ / "tracks.jsonl"; }

  std::vector<std::string> lines() const {
    std::ifstream in(path());
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }

  std::vector<LoggedTrack> read() const {
    auto reader = TrackReader::open(path());
    EXPECT_TRUE(reader);
    std::vector<LoggedTrack> all;
    while (auto logged = reader->next()) all.push_back(*logged);
    return all;
  }

  test::TempDir dir_;
};

TEST_F(TrackLogTest, a_line_for_each_person_of_each_frame) {
  auto log = TrackLog::create(path());
  ASSERT_TRUE(log);
  ASSERT_TRUE(log->append(person(12.345678, 3)));
  ASSERT_TRUE(log->append(person(12.345678, 4, TrackState::kLost)));
  ASSERT_TRUE(log->append(person(12.4, 5, TrackState::kTentative)));
  ASSERT_TRUE(log->sync());
  ASSERT_THAT(lines(), SizeIs(3));
  EXPECT_EQ(lines()[0],
            R"({"time_s":12.345678,"id":3,"state":"confirmed","box":[-3.25,80.50,42.00,118.75],"score":0.5000})");
  EXPECT_THAT(lines()[1], HasSubstr(R"("id":4,"state":"lost")"));
  EXPECT_THAT(lines()[2], HasSubstr(R"({"time_s":12.400000,"id":5,"state":"tentative")"));
}

TEST_F(TrackLogTest, lines_are_as_the_schema_says_and_the_documents_example_is_one) {
  auto log = TrackLog::create(path());
  ASSERT_TRUE(log->append(person(0, 1)));
  ASSERT_TRUE(log->append(person(0.04, 1), pose()));
  ASSERT_TRUE(log->sync());
  std::vector<std::string> all = lines();
  std::istringstream document(core::read_file(VIGIL_SOURCE_DIR "/docs/tracks-jsonl.md").value_or(""));
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("    {")) all.push_back(line);
  }
  ASSERT_THAT(all, SizeIs(3));
  const json schema = json::parse(core::read_file(VIGIL_SOURCE_DIR "/docs/tracks.schema.json").value_or("null"));
  for (const std::string& line : all) EXPECT_THAT(test::schema_violations(schema, json::parse(line)), IsEmpty()) << line;
}

TEST_F(TrackLogTest, reads_back_what_was_written) {
  auto log = TrackLog::create(path());
  ASSERT_TRUE(log->append(person(0.04, 7, TrackState::kLost)));
  ASSERT_TRUE(log->append(person(36000.000001, 8), pose()));
  ASSERT_TRUE(log->sync());
  const auto all = read();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].track.id, 7);
  EXPECT_EQ(all[0].track.state, TrackState::kLost);
  EXPECT_EQ(all[0].track.box, person(0, 7).box);
  EXPECT_EQ(all[0].track.score, 0.5F);
  EXPECT_FALSE(all[0].pose);
  EXPECT_EQ(all[1].track.time, MediaTime::from_us(36'000'000'001));
  ASSERT_TRUE(all[1].pose);
  for (std::size_t i = 0; i < 17; ++i) {
    EXPECT_EQ(all[1].pose->points[i].x, pose().points[i].x);
    EXPECT_EQ(all[1].pose->points[i].y, -1);
    EXPECT_EQ(all[1].pose->points[i].score, 0.75F);
  }
}

TEST_F(TrackLogTest, a_deleted_track_has_no_line_and_a_key_point_that_is_none_was_not_seen) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  core::Pose broken = pose();
  broken[core::KeyPoint::kNose] = {.x = kNan, .y = 5, .score = 0.9F};
  broken[core::KeyPoint::kLeftEye] = {.x = 5, .y = 5, .score = kNan};
  auto log = TrackLog::create(path());
  ASSERT_TRUE(log->append(person(0, 1, TrackState::kDeleted)));
  ASSERT_TRUE(log->append(person(0, 2), broken));
  ASSERT_TRUE(log->sync());
  const auto all = read();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ((*all[0].pose)[core::KeyPoint::kNose].score, 0);
  EXPECT_EQ((*all[0].pose)[core::KeyPoint::kNose].x, 0);
  EXPECT_EQ((*all[0].pose)[core::KeyPoint::kLeftEye].score, 0);
  EXPECT_EQ((*all[0].pose)[core::KeyPoint::kRightEye].score, 0.75F);
}

TEST_F(TrackLogTest, whole_lines_reach_the_file_while_the_log_is_open) {
  auto log = TrackLog::create(path());
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(log->append(person(0.04 * i, 1), pose()));
  const std::string text = core::read_file(path()).value_or("");
  EXPECT_TRUE(text.ends_with("}\n"));
  EXPECT_THAT(lines(), SizeIs(::testing::Gt(900U)));
}

TEST_F(TrackLogTest, reading_ends_at_a_line_that_is_not_whole) {
  const std::string whole = R"({"time_s":1.0,"id":3,"state":"confirmed","box":[1,2,3,4],"score":0.5})";
  for (const std::string broken :
       {R"({"time_s":2.0,"id":3,"sta)", R"({"id":3})", "[]", "",
        R"({"time_s":1,"id":3,"state":"gone","box":[1,2,3,4],"score":1})",
        R"({"time_s":1,"id":3,"state":"lost","box":[1,2,3],"score":1})",
        R"({"time_s":1,"id":3,"state":"lost","box":[1,2,3,4],"score":1,"key_points":[[1,2,3]]})"}) {
    std::ofstream(path(), std::ios::trunc) << whole << '\n' << broken << '\n' << whole << '\n';
    EXPECT_THAT(read(), SizeIs(1)) << broken;
  }
}

TEST_F(TrackLogTest, a_place_that_cannot_be_written_or_read_is_named) {
  const auto log = TrackLog::create(dir_ / "none" / "tracks.jsonl");
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, core::ErrorCode::kIo);
  EXPECT_THAT(log.error().message, HasSubstr("none/tracks.jsonl"));
  const auto reader = TrackReader::open(dir_ / "none.jsonl");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, core::ErrorCode::kNotFound);
  EXPECT_THAT(reader.error().message, HasSubstr("none.jsonl"));
}

}  // namespace
}  // namespace vigil::pipeline

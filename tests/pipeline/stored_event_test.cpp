// From pixels to the repository: what an analysis finds is found again by a search, with its files.
#include "pipeline/stored_event.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "archive/archive.h"
#include "media/source.h"
#include "pipeline/analysis.h"
#include "pipeline/bright_scorer.h"
#include "pipeline/walking_finder.h"
#include "support/temp_dir.h"

namespace vigil::pipeline {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;

constexpr archive::WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h;

AnalysisRecord analyse(const fs::path& out) {
  test::BrightScorer scorer;
  test::WalkingFinder finder;
  AnalysisOptions options;
  auto rules = behavior::parse_rules(R"(
    [[zone]]
    name = "right half"
    polygon = [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]
    [[rule]]
    name = "nobody there"
    kind = "zone"
    zone = "right half"
  )",
                                     "rules.toml");
  options.rules = *rules;
  const auto video = test::walking_video("passer.mp4", 8, {"x=20+t*30:y=100"});
  auto record = analyze_video(
      scorer, {.input = video.string(), .people = &finder, .out = out, .options = options, .stop = {}, .progress = {}});
  EXPECT_TRUE(record) << record.error().message;
  return record.value_or(AnalysisRecord{});
}

TEST(StoredEvent, is_found_again_with_everything_that_shows_it) {
  const test::TempDir dir;
  const AnalysisRecord record = analyse(dir / "out");
  ASSERT_EQ(record.events.size(), 1U);
  const auto archive = archive::Archive::open({.folder = dir / "data"});
  ASSERT_TRUE(archive) << archive.error().message;
  const auto id =
      store_event((*archive)->event_store(), record.events[0], dir / "out", {.uid = "job1-event-001", .zero = kNoon});
  ASSERT_TRUE(id) << id.error().message;

  const auto page =
      (*archive)->events().search({.from = kNoon, .until = kNoon + 10s, .kind = "zone", .words = "nobody half"});
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->events.size(), 1U);
  const auto event = (*archive)->events().get(*id);
  EXPECT_EQ(event->begin, kNoon + std::chrono::microseconds(record.events[0].event.begin.us()));
  EXPECT_EQ(event->source, record.title);
  ASSERT_EQ(event->people.size(), 1U);

  const json details = json::parse(event->details);
  EXPECT_EQ(details["clip"]["file"], "clip.mp4");
  EXPECT_EQ(details["boxes_file"], "boxes.jsonl");
  EXPECT_FALSE(details.contains("page"));
  ASSERT_FALSE(details["people"][0]["crops"].empty());
  const auto path_of = [&](const std::string& name) {
    return (*archive)->files().local_path(archive::EventStore::key(*event, name));
  };
  EXPECT_TRUE(path_of(details["poster"]["file"]));
  EXPECT_TRUE(path_of(details["people"][0]["crops"][0]["file"]));
  const auto clip = path_of("clip.mp4");
  ASSERT_TRUE(clip);
  EXPECT_TRUE(media::Source::open(clip->string()));
  EXPECT_GT(event->size, 0U);
}

}  // namespace
}  // namespace vigil::pipeline

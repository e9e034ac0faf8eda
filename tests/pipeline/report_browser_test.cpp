#include <string>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "pipeline/analysis.h"
#include "pipeline/analysis_index.h"
#include "pipeline/bright_scorer.h"
#include "pipeline/walking_finder.h"
#include "support/browser.h"
#include "support/temp_dir.h"

namespace vigil::pipeline {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

AnalysisRecord analyze(const fs::path& video, const fs::path& out) {
  test::BrightScorer scorer;
  AnalysisOptions options;
  options.detector = {.threshold_on = 0.5, .threshold_off = 0.3, .merge_gap = core::MediaDuration::from_seconds(1)};
  const auto record =
      analyze_video(scorer, {.input = video.string(), .out = out, .options = options, .stop = {}, .progress = {}});
  EXPECT_TRUE(record.has_value());
  return record.value_or(AnalysisRecord{});
}

json look_at(const fs::path& page, const std::string& expression) { return json::parse(test::look_at(page, expression)); }

TEST(ReportInBrowser, plays_the_clip_of_every_event_from_its_first_violent_frame) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  analyze(test::bright_video({.seconds = 30, .white = "between(mod(t,14),5,8)"}), dir / "out");
  const json seen = look_at(dir / "out" / "report.html", R"((async () => {
    const until = async condition => { for (let i = 0; i < 1200 && !condition(); ++i) await new Promise(next => setTimeout(next, 50)); };
    const cards = [];
    for (const card of document.querySelectorAll("article.event")) {
      const video = card.querySelector("video");
      const picture = card.querySelector("figure img");
      picture.scrollIntoView();
      card.querySelector(".jump button").click();
      await until(() => video.readyState >= 2 && !video.seeking && picture.complete);
      const start = video.currentTime;
      await until(() => video.currentTime > start + 0.2);
      cards.push({ start, played: video.currentTime - start, width: video.videoWidth, picture: picture.naturalWidth });
    }
    return { heading: document.querySelector(".verdict h2").textContent, cards };
  })())");
  EXPECT_EQ(seen["heading"], "2 events of violence in 0:30 of video.");
  ASSERT_EQ(seen["cards"].size(), 2U);
  for (const json& card : seen["cards"]) {
    EXPECT_GT(card["start"].get<double>(), 1.0);
    EXPECT_GT(card["played"].get<double>(), 0.1);
    EXPECT_EQ(card["width"], 160);
    EXPECT_EQ(card["picture"], 160);
  }
}

TEST(ReportInBrowser, of_a_normal_video_says_so_and_draws_the_score) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  analyze(test::bright_video({.seconds = 12}), dir / "out");
  const json seen = look_at(dir / "out" / "report.html", R"(({
    heading: document.querySelector(".verdict h2").textContent,
    pictures: document.querySelectorAll(".strip img").length,
    drawn: document.querySelector("#timeline canvas").width > 300,
    people: !document.querySelector("#people").hidden,
    events: document.querySelectorAll("article.event").length,
    wide: document.documentElement.scrollWidth > innerWidth,
  }))");
  EXPECT_EQ(seen["heading"], "No violence found in 0:12 of video.");
  EXPECT_EQ(seen["pictures"], 8);
  EXPECT_EQ(seen["drawn"], true);
  EXPECT_EQ(seen["people"], false);
  EXPECT_EQ(seen["events"], 0);
  EXPECT_EQ(seen["wide"], false);
}

TEST(ReportInBrowser, says_how_many_people_there_were_and_draws_them_over_time) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  const auto page_of = [&](const std::string& name, const std::vector<std::string>& squares) {
    test::BrightScorer scorer;
    test::WalkingFinder finder;
    const auto record = analyze_video(scorer, {.input = test::walking_video(name + ".mp4", 4, squares).string(),
                                               .people = &finder,
                                               .out = dir / name,
                                               .options = {},
                                               .stop = {},
                                               .progress = {}});
    EXPECT_TRUE(record.has_value());
    return look_at(dir / name / "report.html", R"(({
      hidden: document.querySelector("#people").hidden,
      text: document.querySelector("#people").innerText,
      drawn: (document.querySelector("#people canvas") || {}).width > 300,
      method: document.querySelector("#method").innerText,
      wide: document.documentElement.scrollWidth > innerWidth,
    }))");
  };
  const json two = page_of("browser-two", {"x=20+t*40:y=40", "x=280-t*40:y=150"});
  EXPECT_EQ(two["hidden"], false);
  EXPECT_EQ(two["drawn"], true);
  EXPECT_EQ(two["wide"], false);
  EXPECT_THAT(two["text"].get<std::string>(), testing::HasSubstr("Followed\n2\npeople"));
  EXPECT_THAT(two["text"].get<std::string>(), testing::HasSubstr("first at 0:00.0"));
  EXPECT_THAT(two["method"].get<std::string>(), testing::HasSubstr("white squares"));
  const json nobody = page_of("browser-nobody", {"x=-100:y=0"});
  EXPECT_EQ(nobody["drawn"], false);
  EXPECT_THAT(nobody["text"].get<std::string>(), testing::HasSubstr("Nobody was found in 40 frames."));
}

TEST(ReportInBrowser, of_several_videos_links_each_report) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  const AnalysisRecord fight = analyze(test::bright_video({.seconds = 12, .white = "gt(t,6)"}), dir / "50% #1");
  ASSERT_TRUE(
      write_index(dir.path(), {{.input = "50% #1.mp4", .folder = "50% #1", .record = &fight, .error = ""},
                               {.input = "<b>letter.txt", .folder = "letter", .record = nullptr, .error = "no video"}}));
  const json seen = look_at(dir / "index.html", R"((async () => {
    const link = document.querySelector("a.video");
    const picture = link.querySelector("img");
    await picture.decode();
    return { text: document.querySelector("main").innerText, picture: picture.naturalWidth,
             report: decodeURIComponent(link.href).endsWith("/50% #1/report.html"), bold: document.querySelectorAll("b").length };
  })())");
  EXPECT_THAT(seen["text"].get<std::string>(), testing::HasSubstr("1 event of violence in 0:12 of video."));
  EXPECT_THAT(seen["text"].get<std::string>(), testing::HasSubstr("<b>letter.txt"));
  EXPECT_EQ(seen["picture"], 160);
  EXPECT_EQ(seen["report"], true);
  EXPECT_EQ(seen["bold"], 0);
}

}  // namespace
}  // namespace vigil::pipeline

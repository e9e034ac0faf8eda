#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include "core/atomic_file.h"
#include "media/source.h"
#include "pipeline/analysis.h"
#include "pipeline/bright_scorer.h"
#include "support/temp_dir.h"

namespace vigil::pipeline {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

pid_t start_analysis(const fs::path& video, const fs::path& out) {
  const pid_t child = fork();
  if (child != 0) return child;
  test::BrightScorer scorer({.delay = std::chrono::milliseconds(20)});
  AnalysisOptions options;
  options.detector = {.threshold_on = 0.5, .threshold_off = 0.3, .merge_gap = core::MediaDuration::from_seconds(1)};
  const auto record =
      analyze_video(scorer, {.input = video.string(), .out = out, .options = options, .stop = {}, .progress = {}});
  _exit(record ? 0 : 1);
}

std::size_t events_written(const fs::path& out) {
  const auto text = core::read_file(out / "events.json");
  return text ? json::parse(*text)["events"].size() : 0;
}

bool decodes(const fs::path& video) {
  auto source = media::Source::open(video.string());
  if (!source) return false;
  const auto frame = (*source)->read();
  return frame && *frame;
}

TEST(KilledAnalysis, leaves_a_whole_document_that_names_only_whole_files) {
  const fs::path video = test::bright_video({.seconds = 120, .white = "between(mod(t,8),2,5)"});
  for (const std::size_t wanted : {0UZ, 1UZ, 3UZ}) {
    const test::TempDir dir;
    const fs::path out = dir / "out";
    const pid_t child = start_analysis(video, out);
    ASSERT_GT(child, 0);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while ((!fs::exists(out / "events.json") || events_written(out) < wanted) &&
           std::chrono::steady_clock::now() < give_up) {
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
    }
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the analysis ended before it was killed";

    const json document = json::parse(*core::read_file(out / "events.json"));
    EXPECT_EQ(document["complete"], false);
    EXPECT_GE(document["events"].size(), wanted);
    for (const json& event : document["events"]) {
      EXPECT_TRUE(decodes(out / event["clip"]["file"].get<std::string>()));
      EXPECT_TRUE(decodes(out / event["poster"]["file"].get<std::string>()));
    }
    const std::string scores = *core::read_file(out / "scores.csv");
    EXPECT_THAT(scores, testing::StartsWith("begin_s,"));
    EXPECT_THAT(scores, testing::EndsWith("\n"));
  }
}

}  // namespace
}  // namespace vigil::pipeline

// The files of a run that need no network: history, CSV, event file, confusion figure, report, and the choice of the best.
#include <cmath>
#include <cstring>
#include <fstream>

#include "tensorboard_event.pb.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/atomic_file.h"
#include "learn/confusion_figure.h"
#include "learn/event_log.h"
#include "learn/history.h"
#include "learn/monitor.h"
#include "learn/run_report.h"
#include "support/temp_dir.h"

namespace vigil::learn {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

EpochRecord record(int epoch, double val_loss) {
  EpochRecord r;
  r.epoch = epoch;
  r.lr = 1e-3 / 3;
  r.steps = 4 * (epoch + 1);
  r.train_loss = 0.7;
  r.train = *measure(std::vector{0.2, 0.9}, std::vector{0, 1}, 0.5);
  r.val_loss = val_loss;
  r.validation = *measure(std::vector{0.2, 0.3, 0.9}, std::vector{0, 1, 1}, 0.5);
  r.pace = {.data_seconds = 1, .step_seconds = 3, .batches = 4, .rows = 8};
  r.seconds = 4.5;
  return r;
}

RunHistory history_of(const std::vector<double>& val_losses, const TrainerRecipe& recipe = {}) {
  RunHistory history;
  for (const double loss : val_losses) {
    history.epochs.push_back(record(static_cast<int>(history.epochs.size()), loss));
    EXPECT_TRUE(note_epoch(recipe, history));
  }
  return history;
}

struct Frame {
  std::string payload;
  bool intact = false;
};

// An independent reader of TFRecord files: lengths and both checksums, bit by bit, without the writer's table.
std::uint32_t slow_masked_crc(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      const bool odd = ((crc ^ (static_cast<unsigned char>(c) >> bit)) & 1) != 0;
      crc = (crc >> 1) ^ (odd ? 0x82f63b78U : 0U);
    }
  }
  crc = ~crc;
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

std::vector<Frame> read_frames(const fs::path& path) {
  const std::string bytes = *core::read_file(path);
  std::vector<Frame> frames;
  std::size_t at = 0;
  const auto number = [&]<typename Int>(Int value) {
    std::memcpy(&value, bytes.data() + at, sizeof value);
    at += sizeof value;
    return value;
  };
  while (at + 16 <= bytes.size()) {
    const std::string_view head = std::string_view(bytes).substr(at, 8);
    const auto length = number(std::uint64_t{});
    const bool head_intact = number(std::uint32_t{}) == slow_masked_crc(head);
    if (!head_intact || at + length + 4 > bytes.size()) return {Frame{}};
    const std::string payload = bytes.substr(at, length);
    at += length;
    frames.push_back({.payload = payload, .intact = number(std::uint32_t{}) == slow_masked_crc(payload)});
  }
  if (at != bytes.size()) frames.push_back({});
  return frames;
}

std::vector<tensorboard::Event> read_events(const fs::path& path) {
  std::vector<tensorboard::Event> events;
  for (const Frame& frame : read_frames(path)) {
    EXPECT_TRUE(frame.intact);
    EXPECT_TRUE(events.emplace_back().ParseFromString(frame.payload));
  }
  return events;
}

std::vector<std::int64_t> steps_of(const std::vector<tensorboard::Event>& events) {
  std::vector<std::int64_t> steps;
  for (const auto& event : events) {
    if (event.has_summary()) steps.push_back(event.step());
  }
  return steps;
}

TEST(RunHistory, json_brings_everything_back) {
  RunHistory history = history_of({0.6, 0.5, 0.55});
  history.best = Showing{.loss = 0.5,
                         .scores = *history.epochs[1].validation,
                         .roc = roc_curve(std::vector{0.2, 0.3, 0.9}, std::vector{0, 1, 1})};
  const auto again = history_from_json(to_json(history));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_json(*again), to_json(history));
  EXPECT_EQ(again->best_epoch, 1);
  EXPECT_EQ(again->epochs[0].lr, 1e-3 / 3);
  EXPECT_EQ(history_from_json("{\"epochs\":[{}]}").error().code, core::ErrorCode::kUnreadable);
  EXPECT_EQ(history_from_json("{").error().code, core::ErrorCode::kUnreadable);
}

TEST(RunHistory, csv_has_a_row_per_epoch_and_empty_fields_for_what_is_absent) {
  RunHistory history = history_of({0.6, 0.5});
  history.epochs[1].val_loss.reset();
  history.epochs[1].validation.reset();
  const std::string csv = to_csv(history);
  std::vector<std::string> lines;
  std::istringstream in(csv);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[0], HasSubstr("epoch,learning_rate,steps,train_loss"));
  EXPECT_THAT(lines[1], HasSubstr(",0.6,0.6666666666666666,1,0.5,"));
  EXPECT_THAT(lines[1], HasSubstr(",2.000,250.000,750.000,4.500"));
  EXPECT_THAT(lines[2], HasSubstr(",,,,,,,"));
  for (const std::string& line : lines) EXPECT_EQ(std::ranges::count(line, ','), std::ranges::count(lines[0], ','));
}

TEST(Monitor, keeps_the_first_best_and_counts_epochs_without_better) {
  const RunHistory history = history_of({0.6, 0.5, 0.5, 0.55});
  EXPECT_EQ(history.best_epoch, 1);
  EXPECT_EQ(history.best_value, 0.5);
  EXPECT_EQ(history.epochs_without_better, 2);
}

TEST(Monitor, a_score_is_better_when_higher) {
  RunHistory history;
  const TrainerRecipe recipe = {.monitor = Monitor::kValAccuracy};
  for (const double p : {0.1, 0.9, 0.4}) {
    EpochRecord r = record(static_cast<int>(history.epochs.size()), 1);
    r.validation = *measure(std::vector{p, 0.1}, std::vector{1, 0}, 0.5);
    history.epochs.push_back(r);
    ASSERT_TRUE(note_epoch(recipe, history));
  }
  EXPECT_EQ(history.best_epoch, 1);
  EXPECT_EQ(history.best_value, 1);
}

TEST(Monitor, last_takes_the_newest_epoch_whatever_it_shows) {
  EXPECT_EQ(history_of({0.5, 0.4, 0.9}, {.monitor = Monitor::kLast}).best_epoch, 2);
}

TEST(Monitor, stops_after_patience_but_not_before_the_least_number_of_epochs) {
  TrainerRecipe recipe = {.min_epochs = 1, .early_stop_patience = 2};
  EXPECT_FALSE(should_stop(recipe, history_of({0.5, 0.6}, recipe)));
  EXPECT_TRUE(should_stop(recipe, history_of({0.5, 0.6, 0.6}, recipe)));
  EXPECT_FALSE(should_stop(recipe, history_of({0.5, 0.6, 0.4}, recipe)));
  recipe.min_epochs = 4;
  EXPECT_FALSE(should_stop(recipe, history_of({0.5, 0.6, 0.6}, recipe)));
  recipe = {.early_stop_patience = 0};
  EXPECT_FALSE(should_stop(recipe, history_of({0.5, 0.6, 0.6, 0.7, 0.8}, recipe)));
}

TEST(Monitor, an_improvement_below_min_delta_does_not_put_off_the_stop) {
  const TrainerRecipe recipe = {.early_stop_patience = 2, .early_stop_min_delta = 0.05};
  const RunHistory history = history_of({0.5, 0.48, 0.46}, recipe);
  EXPECT_TRUE(should_stop(recipe, history));
  EXPECT_EQ(history.best_epoch, 2);
}

TEST(Monitor, an_absent_score_is_an_error_that_names_the_remedy) {
  RunHistory history;
  history.epochs.push_back(record(0, 1));
  history.epochs.back().validation = *measure(std::vector{0.1}, std::vector{0}, 0.5);
  const auto noted = note_epoch({.monitor = Monitor::kValAuc}, history);
  ASSERT_FALSE(noted);
  EXPECT_THAT(noted.error().message, HasSubstr("val_auc"));
  EXPECT_THAT(noted.error().message, HasSubstr("val_loss"));
}

TEST(EventLog, checksum_is_crc32c) {
  // CRC-32C of "123456789" is 0xe3069283 (RFC 3720); masked as TFRecord does.
  EXPECT_EQ(masked_crc32c("123456789"), ((0xe3069283U >> 15) | (0xe3069283U << 17)) + 0xa282ead8U);
}

TEST(EventLog, what_is_written_is_read_by_an_independent_reader) {
  const test::TempDir dir;
  auto log = EventLog::create(dir.path());
  ASSERT_TRUE(log);
  (*log)->scalar("loss/train", 3, 0.625);
  (*log)->image("confusion/validation", 3, {.png = std::string("\x89PNG\0x", 6), .width_px = 640, .height_px = 480});
  const auto position = (*log)->flush();
  ASSERT_TRUE(position);
  EXPECT_THAT(position->file, HasSubstr("tfevents"));
  EXPECT_EQ(static_cast<std::int64_t>(fs::file_size(dir / position->file)), position->bytes);
  const auto events = read_events(dir / position->file);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].file_version(), "brain.Event:2");
  EXPECT_GT(events[0].wall_time(), 1.6e9);
  EXPECT_EQ(events[1].step(), 3);
  EXPECT_EQ(events[1].summary().value(0).tag(), "loss/train");
  EXPECT_EQ(events[1].summary().value(0).simple_value(), 0.625F);
  EXPECT_EQ(events[2].summary().value(0).image().width(), 640);
  EXPECT_EQ(events[2].summary().value(0).image().height(), 480);
  EXPECT_EQ(events[2].summary().value(0).image().encoded_image_string().size(), 6U);
}

TEST(EventLog, resuming_drops_what_came_after_the_checkpoint) {
  const test::TempDir dir;
  auto log = EventLog::create(dir.path());
  (*log)->scalar("x", 1, 1);
  const auto position = (*log)->flush();
  (*log)->scalar("x", 2, 2);
  ASSERT_TRUE((*log)->flush());
  log->reset();
  auto resumed = EventLog::resume(dir.path(), *position);
  ASSERT_TRUE(resumed);
  (*resumed)->scalar("x", 7, 7);
  ASSERT_TRUE((*resumed)->flush());
  EXPECT_THAT(steps_of(read_events(dir / position->file)), ElementsAre(1, 7));
}

TEST(EventLog, resuming_without_its_file_begins_a_new_one) {
  const test::TempDir dir;
  auto resumed = EventLog::resume(dir.path(), {.file = "events.out.tfevents.1.vigil", .bytes = 100});
  ASSERT_TRUE(resumed);
  const auto position = (*resumed)->flush();
  EXPECT_EQ(read_events(dir / position->file).size(), 1U);
}

TEST(EventLog, a_folder_that_cannot_be_written_is_an_error) {
  const auto log = EventLog::create("/proc/no-such-folder");
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, core::ErrorCode::kIo);
}

TEST(ConfusionFigure, cells_are_deeper_the_larger_their_share) {
  const Figure figure =
      draw_confusion({.true_negatives = 9, .false_positives = 1, .false_negatives = 5, .true_positives = 5},
                     {.negative = "calm", .positive = "fight"});
  ASSERT_EQ(figure.rgb.size(), static_cast<std::size_t>(figure.width_px) * figure.height_px * 3);
  // The red of a corner inside each cell: the deeper the blue, the less red.
  const auto red = [&](int x, int y) { return figure.rgb[static_cast<std::size_t>((y * figure.width_px + x) * 3)]; };
  const int true_negative = red(220, 150);
  const int false_positive = red(460, 150);
  const int false_negative = red(220, 340);
  EXPECT_LT(true_negative, false_negative);
  EXPECT_LT(false_negative, false_positive);
}

TEST(RunReport, carries_the_figures_of_the_run) {
  RunHistory history = history_of({0.6, 0.5, 0.55});
  history.best = Showing{.loss = 0.5,
                         .scores = *history.epochs[1].validation,
                         .roc = roc_curve(std::vector{0.2, 0.3, 0.9}, std::vector{0, 1, 1})};
  Recipe recipe;
  recipe.name = "seed </script>";
  recipe.data.positive_class = "<img src=x>\xff";
  const std::string page = training_report({.recipe = recipe,
                                            .history = history,
                                            .state = RunState::kInterrupted,
                                            .device = "cpu, 2 threads",
                                            .parameters = 1'869'849,
                                            .train_samples = 240,
                                            .validation_samples = 60});
  EXPECT_THAT(page, HasSubstr(R"("val_loss":[0.6,0.5,0.55])"));
  EXPECT_THAT(page, HasSubstr(R"("best_epoch":2)"));
  EXPECT_THAT(page, HasSubstr(R"("confusion":[[1,0],[1,1]])"));
  EXPECT_THAT(page, HasSubstr("1,869,849"));
  EXPECT_THAT(page, HasSubstr("--resume"));
  EXPECT_THAT(page, HasSubstr(R"(["weight_decay","0.01"])"));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("seed </script>")));
}

TEST(RunReport, a_run_without_a_finished_epoch_has_a_page_too) {
  const RunHistory history;
  Recipe recipe;
  recipe.name = "early";
  const std::string page = training_report({.recipe = recipe, .history = history});
  EXPECT_THAT(page, HasSubstr(R"("best_epoch":null)"));
}

}  // namespace
}  // namespace vigil::learn

#include "cli/progress_bar.h"

#include <gtest/gtest.h>

namespace vigil::cli {
namespace {

const core::Progress kHalfway{.done = 39.75, .total = 79.5, .unit = "s", .note = "14.2x real time"};

TEST(ProgressBar, line_shows_share_amounts_and_note) {
  EXPECT_EQ(progress_bar_line("street", kHalfway, 200),
            "street  [############------------]  50 %  39.8/79.5 s  14.2x real time");
}

TEST(ProgressBar, line_is_no_wider_than_the_terminal) { EXPECT_EQ(progress_bar_line("street", kHalfway, 20).size(), 20U); }

TEST(ProgressBar, unknown_total_shows_only_what_is_done) {
  EXPECT_EQ(progress_bar_line("camera", {.done = 12, .total = 0, .unit = "s", .note = ""}, 80), "camera  12.0 s");
  EXPECT_EQ(progress_plain_line("camera", {.done = 12, .total = 0, .unit = "clips", .note = ""}), "camera: 12 clips");
}

TEST(ProgressBar, plain_line_is_a_sentence_of_figures) {
  EXPECT_EQ(progress_plain_line("street", kHalfway), "street: 50 %, 39.8 of 79.5 s, 14.2x real time");
}

TEST(ProgressBar, more_than_all_is_all) {
  EXPECT_NE(progress_bar_line("x", {.done = 3, .total = 2, .unit = "clips", .note = ""}, 80).find("100 %"),
            std::string::npos);
}

TEST(ProgressBar, quiet_has_no_sink) {
  ProgressBar bar({.title = "x", .quiet = true});
  EXPECT_FALSE(bar.sink());
}

}  // namespace
}  // namespace vigil::cli

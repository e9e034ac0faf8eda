#include "learn/parallel_batches.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <format>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "core/log.h"
#include "core/random.h"

namespace vigil::learn {
namespace {

std::vector<RowPlan> plan(int rows) {
  std::vector<RowPlan> out;
  for (int i = 0; i < rows; ++i) out.push_back({.sample = i, .window = i % 3, .label = static_cast<float>(i % 2)});
  return out;
}

// Fills with values of the row's own; takes a different time for each.
core::Status fill(const RowPlan& row, const RowPlace& place) {
  core::Rng rng = core::make_rng({static_cast<std::uint64_t>(row.sample)});
  std::this_thread::sleep_for(std::chrono::microseconds(core::uniform_int(rng, 0, 500)));
  for (float& value : place.values) value = static_cast<float>(core::uniform(rng, 0, 1));
  return {};
}

ParallelBatchesOptions options(int workers) {
  return {.row_shape = {2, 3}, .batch_size = 4, .workers = workers, .prefetch_batches = 2, .skip_broken = false};
}

std::vector<Batch> all_of(ParallelBatches& batches) {
  std::vector<Batch> out;
  for (;;) {
    auto batch = batches.next();
    EXPECT_TRUE(batch) << batch.error().message;
    if (!batch || !*batch) return out;
    out.push_back(std::move(**batch));
  }
}

TEST(ParallelBatches, one_worker_equals_four) {
  ParallelBatches one(options(1), fill);
  ParallelBatches four(options(4), fill);
  one.start(plan(22));
  four.start(plan(22));
  const auto expected = all_of(one);
  const auto given = all_of(four);
  ASSERT_EQ(expected.size(), 6U);
  ASSERT_EQ(given.size(), 6U);
  for (std::size_t i = 0; i < given.size(); ++i) {
    EXPECT_EQ(given[i].samples, expected[i].samples);
    EXPECT_TRUE(given[i].labels.equal(expected[i].labels));
    EXPECT_TRUE(given[i].inputs.equal(expected[i].inputs));
  }
  EXPECT_EQ(given[5].inputs.sizes(), torch::IntArrayRef({2, 2, 3})) << "the last batch holds the rest";
  EXPECT_THAT(given[1].samples, ::testing::ElementsAre(4, 5, 6, 7));
}

TEST(ParallelBatches, never_runs_further_ahead_than_allowed) {
  std::atomic<int> begun = 0;
  ParallelBatches batches(options(4), [&](const RowPlan& row, const RowPlace& place) {
    ++begun;
    return fill(row, place);
  });
  batches.start(plan(400));
  for (int taken = 1; taken <= 10; ++taken) {
    ASSERT_TRUE(batches.next());
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_LE(begun, (taken + 2) * 4);
  }
}

TEST(ParallelBatches, the_first_broken_row_in_order_is_the_error) {
  const auto broken = [](const RowPlan& row, const RowPlace& place) -> core::Status {
    if (row.sample == 6 || row.sample == 7)
      return core::fail(core::ErrorCode::kUnreadable, std::format("row {}", row.sample));
    return fill(row, place);
  };
  for (const int workers : {1, 4}) {
    ParallelBatches batches(options(workers), broken);
    batches.start(plan(40));
    ASSERT_TRUE(batches.next());
    const auto second = batches.next();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message, "row 6");
    EXPECT_EQ(*batches.next(), std::nullopt) << "after an error the epoch is over";
    batches.start(plan(3));
    EXPECT_EQ(all_of(batches).size(), 1U) << "and may begin anew";
  }
}

TEST(ParallelBatches, broken_rows_are_left_out_counted_and_logged_on_request) {
  const auto previous = core::set_log_sink(
      [](core::LogLevel, std::string_view line) { EXPECT_THAT(std::string(line), ::testing::HasSubstr("skipped: row")); });
  auto skipping = options(3);
  skipping.skip_broken = true;
  ParallelBatches batches(skipping, [](const RowPlan& row, const RowPlace& place) -> core::Status {
    if (row.sample == 1 || (row.sample >= 4 && row.sample < 8)) {
      return core::fail(core::ErrorCode::kUnreadable, std::format("row {}", row.sample));
    }
    return fill(row, place);
  });
  batches.start(plan(12));
  const auto given = all_of(batches);
  core::set_log_sink(previous);
  ASSERT_EQ(given.size(), 2U) << "a batch of broken rows only is no batch";
  EXPECT_THAT(given[0].samples, ::testing::ElementsAre(0, 2, 3));
  EXPECT_EQ(given[0].inputs.size(0), 3);
  EXPECT_EQ(given[0].labels.size(0), 3);
  EXPECT_THAT(given[1].samples, ::testing::ElementsAre(8, 9, 10, 11));
  EXPECT_EQ(batches.skipped_rows(), 5);
  std::vector<float> expected(6);
  ASSERT_TRUE(fill({.sample = 2}, {.values = expected, .labels = {}}));
  EXPECT_TRUE(given[0].inputs[1].flatten().equal(torch::tensor(expected))) << "rows stay with their samples";
}

TEST(ParallelBatches, can_be_begun_anew_or_dropped_at_any_moment) {
  for (int round = 0; round < 20; ++round) {
    ParallelBatches batches(options(3), fill);
    batches.start(plan(100));
    ASSERT_TRUE(batches.next());
    batches.start(plan(5));
    if (round % 2 == 0) continue;
    EXPECT_EQ(all_of(batches).size(), 2U);
    batches.start({});
    EXPECT_TRUE(all_of(batches).empty());
  }
}

}  // namespace
}  // namespace vigil::learn

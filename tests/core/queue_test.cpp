#include "core/queue.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace vigil::core {
namespace {

TEST(BoundedQueue, gives_items_in_the_order_they_came) {
  BoundedQueue<int> queue({.capacity = 3});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(queue.push(i));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(queue.pop(), i);
}

TEST(BoundedQueue, loses_and_repeats_nothing_between_many_threads) {
  constexpr int kProducers = 4;
  constexpr int kConsumers = 3;
  constexpr int kEach = 2000;
  BoundedQueue<int> queue({.capacity = 5});
  std::vector<std::vector<int>> seen(kConsumers);
  {
    std::vector<std::jthread> consumers;
    for (auto& mine : seen) {
      consumers.emplace_back([&] {
        while (const auto item = queue.pop()) mine.push_back(*item);
      });
    }
    {
      std::vector<std::jthread> producers;
      for (int p = 0; p < kProducers; ++p) {
        producers.emplace_back([&queue, p] {
          for (int i = 0; i < kEach; ++i) EXPECT_TRUE(queue.push(p * kEach + i));
        });
      }
    }
    queue.close();
  }
  std::vector<int> all;
  for (const auto& mine : seen) {
    // One consumer sees each producer's items in order.
    for (int p = 0; p < kProducers; ++p) {
      std::vector<int> of_producer;
      std::ranges::copy_if(mine, std::back_inserter(of_producer), [&](int item) { return item / kEach == p; });
      EXPECT_TRUE(std::ranges::is_sorted(of_producer));
    }
    all.insert(all.end(), mine.begin(), mine.end());
  }
  std::ranges::sort(all);
  std::vector<int> expected(kProducers * kEach);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(all, expected);
  EXPECT_EQ(queue.dropped(), 0U);
}

TEST(BoundedQueue, a_blocked_producer_goes_on_when_there_is_room) {
  BoundedQueue<int> queue({.capacity = 1});
  ASSERT_TRUE(queue.push(1));
  std::jthread producer([&] { EXPECT_TRUE(queue.push(2)); });
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), 2);
}

TEST(BoundedQueue, never_holds_more_than_its_capacity) {
  BoundedQueue<int> queue({.capacity = 2});
  std::atomic<std::size_t> most = 0;
  std::jthread producer([&] {
    for (int i = 0; i < 500; ++i) queue.push(i);
    queue.close();
  });
  do {
    most = std::max(most.load(), queue.size());
  } while (queue.pop());
  EXPECT_LE(most.load(), 2U);
}

TEST(BoundedQueue, drops_the_oldest_and_counts_it_when_told_so) {
  BoundedQueue<int> queue({.capacity = 3, .when_full = WhenFull::kDropOldest});
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(queue.push(i));
  EXPECT_EQ(queue.dropped(), 7U);
  EXPECT_EQ(queue.size(), 3U);
  queue.close();
  for (int i = 7; i < 10; ++i) EXPECT_EQ(queue.pop(), i);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BoundedQueue, close_delivers_what_is_queued_and_takes_nothing_more) {
  BoundedQueue<int> queue({.capacity = 4});
  queue.push(1);
  queue.push(2);
  queue.close();
  EXPECT_FALSE(queue.push(3));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), 2);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BoundedQueue, cancel_throws_away_what_is_queued) {
  BoundedQueue<std::shared_ptr<int>> queue({.capacity = 4});
  const auto item = std::make_shared<int>(1);
  queue.push(item);
  queue.cancel();
  EXPECT_EQ(item.use_count(), 1);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BoundedQueue, close_and_cancel_wake_whoever_waits) {
  for (const bool discard : {false, true}) {
    BoundedQueue<int> empty({.capacity = 1});
    BoundedQueue<int> full({.capacity = 1});
    full.push(1);
    std::jthread consumer([&] { EXPECT_EQ(empty.pop(), std::nullopt); });
    std::jthread producer([&] { EXPECT_FALSE(full.push(2)); });
    discard ? empty.cancel() : empty.close();
    discard ? full.cancel() : full.close();
  }
}

TEST(BoundedQueue, carries_items_that_can_only_be_moved) {
  BoundedQueue<std::unique_ptr<int>> queue({.capacity = 1});
  queue.push(std::make_unique<int>(7));
  const auto item = queue.pop();
  ASSERT_TRUE(item);
  EXPECT_EQ(**item, 7);
}

TEST(BoundedQueueDeathTest, a_capacity_of_zero_is_a_bug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(BoundedQueue<int>({.capacity = 0}), "a queue holds at least one item");
}

}  // namespace
}  // namespace vigil::core

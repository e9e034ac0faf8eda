#include "station/turns.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/eventually.h"

namespace vigil::station {
namespace {

using namespace std::chrono_literals;

// The most that computed at once.
int most_inside(int at_once) {
  Turns turns(at_once);
  std::atomic<int> inside = 0, most = 0, done = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 200; ++k) {
        const Turn turn(turns, i % 2 ? Turns::Rank::kLive : Turns::Rank::kStored);
        const int now = ++inside;
        for (int before = most; before < now && !most.compare_exchange_weak(before, now);) {
        }
        if (k % 20 == 0) std::this_thread::sleep_for(1ms);
        --inside;
        ++done;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(done, 1200);
  return most;
}

TEST(Turns, are_taken_by_no_more_at_a_time_than_may) {
  EXPECT_EQ(most_inside(1), 1);
  EXPECT_EQ(most_inside(3), 3);
}

TEST(Turns, go_to_cameras_first) {
  Turns turns(1);
  std::vector<int> order;
  std::vector<std::jthread> threads;
  turns.take(Turns::Rank::kStored);
  for (const int which : {0, 1, 2}) {
    threads.emplace_back([&, which] {
      const Turn turn(turns, which == 2 ? Turns::Rank::kLive : Turns::Rank::kStored);
      order.push_back(which);
    });
    ASSERT_TRUE(test::eventually([&] { return turns.waiting() == which + 1; })) << "the camera comes last";
  }
  turns.give();
  threads.clear();
  EXPECT_EQ(order.front(), 2);
}

}  // namespace
}  // namespace vigil::station

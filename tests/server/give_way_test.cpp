// Who serves people gives way to who watches cameras, and nobody else does.
#include "server/give_way.h"

#include <unistd.h>

#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace vigil::server {
namespace {

constexpr int kMostNice = 19;

id_t self() { return static_cast<id_t>(::gettid()); }
int niceness() { return ::getpriority(PRIO_PROCESS, self()); }

// What it was for a thread, and is once that has given way.
struct Given {
  int before = 0, after = 0;
};

Given given_by_a_thread(int nicer) {
  Given given;
  std::thread([&] {
    ::setpriority(PRIO_PROCESS, self(), niceness() + nicer);
    given.before = niceness();
    give_way();
    given.after = niceness();
  }).join();
  return given;
}

TEST(GiveWay, is_of_the_calling_thread_alone) {
  const int before = niceness();
  if (before == kMostNice) GTEST_SKIP() << "the tests run with a niceness of 19, and there is no more";
  const Given given = given_by_a_thread(0);
  EXPECT_GT(given.after, given.before);
  EXPECT_EQ(niceness(), before);
}

TEST(GiveWay, is_more_than_before_where_the_whole_program_gives_way_already) {
  if (niceness() == kMostNice) GTEST_SKIP() << "the tests run with a niceness of 19, and there is no more";
  for (int nicer = 1; niceness() + nicer < kMostNice; ++nicer) {
    const Given given = given_by_a_thread(nicer);
    ASSERT_EQ(given.before, niceness() + nicer);
    EXPECT_GT(given.after, given.before);
  }
}

TEST(GiveWay, ends_where_there_is_no_more_to_give) { EXPECT_EQ(given_by_a_thread(40).after, kMostNice); }

}  // namespace
}  // namespace vigil::server

// Who serves people gives way to who watches cameras, and nobody else does.
#include "server/give_way.h"

#include <unistd.h>

#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace vigil::server {
namespace {

int niceness() { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); }

TEST(GiveWay, is_of_the_calling_thread_alone) {
  const int before = niceness();
  int within = before;
  std::thread([&] {
    give_way();
    within = niceness();
  }).join();
  EXPECT_GT(within, before);
  EXPECT_EQ(niceness(), before);
}

}  // namespace
}  // namespace vigil::server

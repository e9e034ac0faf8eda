#include "server/give_way.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <sys/resource.h>

namespace vigil::server {
namespace {

// A third of the weight of others: on a machine whose cores are all busy, people are still served.
constexpr int kNice = 5;
constexpr int kMostNice = 19;

}  // namespace

// In Linux the niceness is a thread's own. -1 is one, too.
void give_way() {
  const auto self = static_cast<id_t>(::gettid());
  errno = 0;
  const int niceness = ::getpriority(PRIO_PROCESS, self);
  if (niceness == -1 && errno != 0) return;
  ::setpriority(PRIO_PROCESS, self, std::min(niceness + kNice, kMostNice));
}

}  // namespace vigil::server

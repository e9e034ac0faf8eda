#include "server/give_way.h"

#include <unistd.h>

#include <sys/resource.h>

namespace vigil::server {
namespace {

// A third of the weight of others: on a machine whose cores are all busy, people are still served.
constexpr int kNice = 5;

}  // namespace

// In Linux the niceness is a thread's own.
void give_way() { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice); }

}  // namespace vigil::server

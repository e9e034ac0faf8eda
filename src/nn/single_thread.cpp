#include "nn/single_thread.h"

#include <omp.h>

namespace vigil::nn {

SingleThread::SingleThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
SingleThread::~SingleThread() { omp_set_num_threads(before_); }

}  // namespace vigil::nn

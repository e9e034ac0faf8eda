#include "server/worker_pool.h"

#include "server/give_way.h"
#include "server/problem.h"

namespace vigil::server {

WorkerPool::WorkerPool(WorkerPoolOptions options)
    : most_waiting_(options.waiting), tasks_({.capacity = options.waiting + options.threads}) {
  for (std::size_t i = 0; i < options.threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() { tasks_.close(); }

bool WorkerPool::post(std::function<void()> task) {
  // Between the two lines others may post as well: that is what the queue's larger capacity is for, and at worst it blocks
  // for the length of one task.
  if (tasks_.size() >= most_waiting_) return false;
  return tasks_.push(std::move(task));
}

std::exception_ptr WorkerPool::too_many() {
  return std::make_exception_ptr(Problem(503, "busy", "the server has too much to do; try again in a moment"));
}

void WorkerPool::work() {
  give_way();
  while (auto task = tasks_.pop()) (*task)();
}

}  // namespace vigil::server

// WorkerPool: threads for what blocks (database, disk, password hashes), so that the threads that talk to clients never do.
//
//   WorkerPool pool({.threads = 8});
//   Response response = co_await pool.run(loop, [&] { return handler(call); });   // resumes on `loop`
//
// At most `waiting` tasks wait; run() throws Problem 503 when there are more. A task's exception comes out of co_await.
// Callable from any thread; the destructor finishes what was begun.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <drogon/utils/coroutine.h>

#include "core/queue.h"

namespace vigil::server {

struct WorkerPoolOptions {
  std::size_t threads = 8;
  std::size_t waiting = 1024;
};

class WorkerPool {
 public:
  explicit WorkerPool(WorkerPoolOptions options);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when too many wait.
  bool post(std::function<void()> task);

  template <typename F>
  auto run(trantor::EventLoop* loop, F task) {
    return Awaiter<std::invoke_result_t<F>, F>(*this, loop, std::move(task));
  }

 private:
  template <typename T, typename F>
  struct Awaiter : drogon::CallbackAwaiter<T> {
    Awaiter(WorkerPool& pool, trantor::EventLoop* loop, F task) : pool_(pool), loop_(loop), task_(std::move(task)) {}

    void await_suspend(std::coroutine_handle<> handle) {
      const bool posted = pool_.post([this, handle] {
        try {
          this->setValue(task_());
        } catch (...) {
          this->setException(std::current_exception());
        }
        loop_->queueInLoop([handle] { handle.resume(); });
      });
      if (posted) return;
      this->setException(too_many());
      loop_->queueInLoop([handle] { handle.resume(); });
    }

    WorkerPool& pool_;
    trantor::EventLoop* loop_;
    F task_;
  };

  static std::exception_ptr too_many();
  void work();

  const std::size_t most_waiting_;
  core::BoundedQueue<std::function<void()>> tasks_;
  std::vector<std::jthread> threads_;
};

}  // namespace vigil::server

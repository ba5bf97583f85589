// SPDX-License-Identifier: BSD-3-Clause
// Coroutines for what is a procedure with waits in it: a path looked up name by
// name, a directory read page by page.
//
// A Task starts when it is awaited (or spawned) and owns its frame.  Frames are
// never destroyed while they wait: whoever holds a Completion must set it, with
// an error if need be.  Parameters of a coroutine are values, or references to
// what outlives it.  Exceptions do not leave a coroutine.

#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "amd/nfsfs/reactor.h"

namespace amd::nfsfs {

template <class T>
class Task;

namespace task_detail {

struct Final {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(
      std::coroutine_handle<Promise> h) const noexcept {
    return h.promise().waiter;
  }
  void await_resume() const noexcept {}
};

struct PromiseBase {
  std::coroutine_handle<> waiter = std::noop_coroutine();
  std::suspend_always initial_suspend() const noexcept { return {}; }
  Final final_suspend() const noexcept { return {}; }
  void unhandled_exception() const noexcept { std::terminate(); }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  void return_value(T v) { value.emplace(std::move(v)); }
  T take() { return std::move(*value); }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() const noexcept {}
  void take() const noexcept {}
};

}  // namespace task_detail

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = task_detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle h) : handle_(h) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) {
    handle_.promise().waiter = waiter;
    return handle_;
  }
  T await_resume() { return handle_.promise().take(); }

 private:
  Handle handle_;
};

namespace task_detail {

template <class T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}

inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

struct Detached {
  // The language's own name.  NOLINTNEXTLINE(readability-identifier-naming)
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

}  // namespace task_detail

// Starts a task now; it ends by itself.
inline task_detail::Detached spawn(Task<void> task) {
  co_await task;
}

// A value that comes once, for one coroutine that awaits it.
template <class T>
class Completion {
 public:
  explicit Completion(Reactor& reactor) : reactor_(reactor) {}
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;

  // Requires: not set yet.
  void set(T value) {
    value_.emplace(std::move(value));
    if (waiter_) reactor_.resume_soon(std::exchange(waiter_, {}));
  }
  bool is_set() const { return value_.has_value(); }

  bool await_ready() const noexcept { return value_.has_value(); }
  void await_suspend(std::coroutine_handle<> h) { waiter_ = h; }
  T await_resume() { return std::move(*value_); }

 private:
  Reactor& reactor_;
  std::optional<T> value_;
  std::coroutine_handle<> waiter_;
};

}  // namespace amd::nfsfs

#include "base/workers.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/spin.hpp"

namespace phasic {

namespace {

std::exception_ptr outcome(const std::function<void(unsigned)>& task, unsigned worker) {
  try {
    task(worker);
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

}  // namespace

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    ++round_;
  }
  begun_.notify_all();
}

void Workers::hire() {
  while (count() < most_) {
    const unsigned worker = count();
    try {
      threads_.emplace_back([this, worker] { serve(worker); });
    } catch (const std::system_error&) {
      most_ = worker;
    }
  }
}

void Workers::serve(unsigned worker) {
  std::uint64_t served = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    lock.unlock();
    spin_until([&] { return round_ != served; });
    lock.lock();
    begun_.wait(lock, [&] { return over_ || (task_ != nullptr && round_ != served); });
    if (over_) return;
    served = round_;
    const auto& task = *task_;
    lock.unlock();
    std::exception_ptr failure = outcome(task, worker);
    lock.lock();
    failures_[worker] = std::move(failure);
    if (--busy_ == 0) ended_.notify_one();
  }
}

void Workers::run(const std::function<void(unsigned)>& task) {
  if (threads_.empty()) return task(0);
  {
    const std::lock_guard lock(mutex_);
    failures_.assign(count(), nullptr);
    task_ = &task;
    busy_ = count() - 1;
    ++round_;
  }
  begun_.notify_all();
  std::exception_ptr own = outcome(task, 0);
  spin_until([&] { return busy_ == 0; });
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return busy_ == 0; });
  task_ = nullptr;
  failures_[0] = std::move(own);
  const auto failed = std::ranges::find_if(failures_, [](const auto& failure) { return failure != nullptr; });
  if (failed != failures_.end()) std::rethrow_exception(*failed);
}

void Workers::split(std::size_t size, const std::function<void(std::size_t, std::size_t)>& task) {
  const std::size_t parts = count();
  run([&](unsigned worker) {
    const std::size_t first = size * worker / parts;
    const std::size_t last = size * (worker + 1) / parts;
    if (first < last) task(first, last);
  });
}

}  // namespace phasic

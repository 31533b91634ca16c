#include "model/crew.hpp"

#include <exception>

#include "base/spin.hpp"

namespace phasic {

// Under the lock, after every change.
void Crew::update() {
  wants_work_ = waiting_ > work_.size();
  if (acting_ == Acting::yes) stillness_changed_.notify_all();
}

bool Crew::join() {
  const std::lock_guard lock(mutex_);
  if (is_over_) return false;
  ++present_;
  return true;
}

void Crew::leave() {
  const std::lock_guard lock(mutex_);
  --present_;
  update();
}

std::optional<StateRange> Crew::wait_for_work() {
  std::unique_lock lock(mutex_);
  ++waiting_;
  if (waiting_ == present_ && work_.empty()) is_over_ = true;
  if (is_over_) work_came_.notify_all();
  update();
  if (!is_over_ && work_.empty()) {
    lock.unlock();
    spin_until([&] { return !wants_work_.load(std::memory_order_relaxed) || is_over(); });
    lock.lock();
    work_came_.wait(lock, [&] { return is_over_ || !work_.empty(); });
  }
  --waiting_;
  std::optional<StateRange> work;
  if (!is_over_) {
    work = work_.back();
    work_.pop_back();
  }
  update();
  return work;
}

void Crew::hand_over(std::span<const StateRange> work) {
  {
    const std::lock_guard lock(mutex_);
    work_.insert(work_.end(), work.begin(), work.end());
    update();
  }
  work_came_.notify_all();
}

void Crew::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  work_came_.notify_all();
}

void Crew::stand_still() {
  std::unique_lock lock(mutex_);
  ++standing_;
  update();
  stillness_changed_.wait(lock, [&] { return acting_ == Acting::no; });
  --standing_;
}

void Crew::alone(const std::function<void()>& act) {
  std::unique_lock lock(mutex_);
  ++standing_;
  update();
  stillness_changed_.wait(lock, [&] { return acting_ == Acting::no; });
  acting_ = Acting::yes;
  is_asked_ = true;
  stillness_changed_.wait(lock, [&] { return standing_ + waiting_ >= present_; });
  std::exception_ptr failure;
  try {
    act();
  } catch (...) {
    failure = std::current_exception();
  }
  acting_ = Acting::no;
  is_asked_ = false;
  --standing_;
  stillness_changed_.notify_all();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace phasic

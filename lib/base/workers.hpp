// Threads for work that comes in rounds: each round calls one function once per worker and waits for all.
// Worker 0 is the thread that owns the Workers, so one worker costs nothing.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace phasic {

class Workers {
 public:
  /// At first the owner works alone, however many `may` work.
  explicit Workers(unsigned may = 1) : most_(may == 0 ? 1 : may) {}
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  /// Waits for the threads to end.
  ~Workers();

  [[nodiscard]] unsigned most() const { return most_; }
  [[nodiscard]] unsigned count() const { return static_cast<unsigned>(threads_.size()) + 1; }
  /// Starts all threads that may work; where the system has no more, there are fewer.
  void hire();

  /// Calls task(w) for each w in 0..count() - 1, always on the same thread for the same w. Throws what the
  /// first of them threw, once all have returned.
  void run(const std::function<void(unsigned worker)>& task);

  /// Calls task(first, last) for pieces that together make 0..size, on all workers.
  void split(std::size_t size, const std::function<void(std::size_t first, std::size_t last)>& task);

 private:
  void serve(unsigned worker);
  unsigned most_;
  std::mutex mutex_;
  std::condition_variable begun_;
  std::condition_variable ended_;
  const std::function<void(unsigned)>* task_ = nullptr;
  std::atomic<std::uint64_t> round_ = 0;  // changed under the lock, like all here; looked at without it
  std::atomic<unsigned> busy_ = 0;
  bool over_ = false;
  std::vector<std::exception_ptr> failures_;
  std::vector<std::jthread> threads_;
};

}  // namespace phasic

#include "http/pace.hpp"

#include <algorithm>

#include "http/platform.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;

// A sleep may be cut into pieces: what is due in a thousand years is no number of nanoseconds.
constexpr Seconds kLongestSleep{24h};

}  // namespace

Pace::Pace(Platform& platform, double speed) : platform_{platform}, speed_{speed} {
  begin_anew();
  platform_.on_wait([this] { poke(); });
  thread_ = std::thread{[this] { keep(); }};
}

Pace::~Pace() {
  platform_.on_wait({});
  {
    const std::scoped_lock lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Pace::begin_anew() {
  real_ = std::chrono::steady_clock::now();
  then_ = platform_.now();
}

Time Pace::target(RealTime now) const {
  return then_ + std::chrono::floor<Milliseconds>(Seconds{now - real_} * speed_);
}

Pace::RealTime Pace::real_time_of(Time due) const {
  // A millisecond later, so that rounding cannot make it too early.
  const Seconds wait = std::min(Seconds{due + 1ms - then_} / speed_, kLongestSleep);
  return real_ + std::chrono::ceil<std::chrono::microseconds>(wait);
}

void Pace::catch_up() {
  std::unique_lock lock{mutex_};
  const Time due = target(std::chrono::steady_clock::now());
  lock.unlock();
  platform_.advance_to(due);
}

void Pace::look_again() {
  const std::optional<Time> due = platform_.next_due();
  const std::scoped_lock lock{mutex_};
  if (due == known_due_) return;
  stale_ = true;
  changed_.notify_all();
}

void Pace::poke() {
  const std::scoped_lock lock{mutex_};
  stale_ = true;
  changed_.notify_all();
}

double Pace::speed() const {
  const std::scoped_lock lock{mutex_};
  return speed_;
}

void Pace::set_speed(double speed) {
  catch_up();
  const std::scoped_lock lock{mutex_};
  begin_anew();
  speed_ = speed;
  stale_ = true;
  changed_.notify_all();
}

void Pace::advance_to(Time later) {
  platform_.advance_to(later);
  const std::scoped_lock lock{mutex_};
  begin_anew();
  stale_ = true;
  changed_.notify_all();
}

void Pace::keep() {
  std::unique_lock lock{mutex_};
  const auto woken = [this] { return stopping_ || stale_; };
  while (!stopping_) {
    stale_ = false;
    lock.unlock();  // whoever pokes us may hold the platform's lock
    const std::optional<Time> next = platform_.next_due();
    lock.lock();
    if (woken()) continue;
    known_due_ = next;
    if (speed_ <= 0 || !known_due_) {
      changed_.wait(lock, woken);
      continue;
    }
    if (changed_.wait_until(lock, real_time_of(*known_due_), woken)) continue;
    const Time now = target(std::chrono::steady_clock::now());
    lock.unlock();
    platform_.advance_to(now);
    lock.lock();
  }
}

}  // namespace understudy

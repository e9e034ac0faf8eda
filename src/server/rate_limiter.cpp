#include "server/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace vigil::server {

std::optional<std::chrono::seconds> RateLimiter::take(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  const auto now = now_();
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, found->second);
  } else {
    buckets_.push_front({.key = key, .permits = options_.burst, .at = now});
    by_key_[key] = buckets_.begin();
    if (buckets_.size() > kMostKeys) {
      by_key_.erase(buckets_.back().key);
      buckets_.pop_back();
    }
  }
  Bucket& bucket = buckets_.front();
  const double passed = std::chrono::duration<double>(now - bucket.at).count();
  bucket.permits = std::min(options_.burst, bucket.permits + passed * options_.per_second);
  bucket.at = now;
  if (bucket.permits < 1) {
    return std::chrono::seconds(static_cast<std::int64_t>(std::ceil((1 - bucket.permits) / options_.per_second)));
  }
  bucket.permits -= 1;
  return std::nullopt;
}

void RateLimiter::forgive(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  buckets_.erase(found->second);
  by_key_.erase(found);
}

}  // namespace vigil::server

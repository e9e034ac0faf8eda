#include "station/storing.h"

#include <condition_variable>
#include <mutex>

namespace vigil::station {

bool may_pass(const core::Error& error) {
  return error.code == core::ErrorCode::kIo || error.code == core::ErrorCode::kTimedOut;
}

bool pause(std::stop_token stop, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

core::Result<std::int64_t> put_event(archive::Archive& archive, const pipeline::EventRecord& record,
                                     const std::filesystem::path& folder, const pipeline::StoreAs& as) {
  const auto put = [&] { return pipeline::store_event(archive.event_store(), record, folder, as); };
  auto id = put();
  if (id || id.error().code != core::ErrorCode::kConflict) return id;
  const auto there = archive.events().get(as.uid);
  if (there) return there->id;
  if (there.error().code != core::ErrorCode::kNotFound) return std::unexpected(there.error());
  // Its camera or upload is gone; with its files in place it is completed without.
  return put();
}

}  // namespace vigil::station

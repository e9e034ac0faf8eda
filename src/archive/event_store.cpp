#include "archive/event_store.h"

#include <algorithm>
#include <chrono>
#include <format>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "archive/event_manifest.h"
#include "core/atomic_file.h"
#include "core/log.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using core::fail;

constexpr const char* kFolder = "events";
constexpr auto kStillBeingWritten = std::chrono::hours(1);

std::string folder_of(const StoredEvent& event) {
  return std::format("{}/{:%Y/%m/%d}/{}", kFolder, std::chrono::floor<std::chrono::days>(event.begin), event.uid);
}

// What lies in one event's folder.
struct Folder {
  std::vector<BlobInfo> files;
  bool complete = false;

  WallTime newest() const { return std::ranges::max(files, {}, &BlobInfo::written).written; }
};

std::string folder_of(const std::string& key) { return key.substr(0, key.find_last_of('/')); }
std::string name_of(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace

std::string EventStore::key(const StoredEvent& event, const std::string& name) {
  return std::format("{}/{}", folder_of(event), name);
}

core::Result<std::int64_t> EventStore::add(StoredEvent event, const std::vector<EventFile>& files) {
  if (event.uid.contains('/') || !is_blob_key(event.uid)) {
    return fail(ErrorCode::kInvalidArgument, std::format("'{}' cannot name an event", event.uid));
  }
  // Before a file is written: those of the event that is there are evidence.
  if (events_.get(event.uid)) return fail(ErrorCode::kConflict, std::format("there is an event '{}' already", event.uid));
  // Its files were kept before, its row could not be.
  if (blobs_.info(key(event, kManifest))) return adopt(key(event, kManifest));
  event.size = 0;
  event.upload = event.upload || event.job_id;
  for (const EventFile& file : files) {
    const std::string where = key(event, file.name);
    if (auto kept = blobs_.put_file(where, file.source); !kept) return std::unexpected(kept.error());
    const auto info = blobs_.info(where);
    if (!info) return std::unexpected(info.error());
    event.size += info->size;
  }
  if (auto kept = blobs_.put_bytes(key(event, kManifest), to_manifest(event)); !kept) return std::unexpected(kept.error());
  return events_.add(event);
}

core::Status EventStore::remove(std::int64_t id) {
  const auto event = events_.get(id);
  if (!event) return std::unexpected(event.error());
  if (auto removed = events_.remove(id); !removed) return removed;
  return remove_files(*event);
}

core::Result<bool> EventStore::remove_unless_pinned(std::int64_t id) {
  const auto event = events_.get(id);
  if (!event && event.error().code == ErrorCode::kNotFound) return false;
  if (!event) return std::unexpected(event.error());
  const auto removed = events_.remove_unless_pinned(id);
  if (!removed || !*removed) return removed;
  if (auto gone = remove_files(*event); !gone) {
    core::log_warning("files of event {} stay on the disk: {}", event->uid, gone.error().message);
  }
  return true;
}

core::Status EventStore::remove_files(const StoredEvent& event) {
  // event.json first: what is left of a removal that is cut off is not taken for an event.
  if (auto removed = blobs_.remove(key(event, kManifest)); !removed) return removed;
  const auto files = blobs_.list(folder_of(event));
  if (!files) return std::unexpected(files.error());
  for (const BlobInfo& file : *files) {
    if (auto removed = blobs_.remove(file.key); !removed) return removed;
  }
  return {};
}

core::Status EventStore::update_manifest(std::int64_t id) {
  const auto event = events_.get(id);
  if (!event) return std::unexpected(event.error());
  return blobs_.put_bytes(key(*event, kManifest), to_manifest(*event));
}

core::Result<std::int64_t> EventStore::adopt(const std::string& manifest_key) {
  const auto path = blobs_.local_path(manifest_key);
  if (!path) return std::unexpected(path.error());
  const auto text = core::read_file(*path);
  if (!text) return std::unexpected(text.error());
  auto event = from_manifest(*text);
  if (!event) return std::unexpected(event.error().with_context(manifest_key));
  if (key(*event, kManifest) != manifest_key) {
    return fail(ErrorCode::kUnreadable, std::format("{} speaks of another event, {}", manifest_key, event->uid));
  }
  auto added = events_.add(*event);
  if (!added && added.error().code == ErrorCode::kConflict) {
    // The camera or upload is not in this database.
    event->camera_id.reset();
    event->job_id.reset();
    added = events_.add(*event);
  }
  return added;
}

core::Result<Repaired> EventStore::repair(bool keep_everything) {
  const auto files = blobs_.list(kFolder);
  if (!files) return std::unexpected(files.error());
  std::map<std::string, Folder> folders;
  for (const BlobInfo& file : *files) {
    Folder& folder = folders[folder_of(file.key)];
    folder.files.push_back(file);
    folder.complete = folder.complete || name_of(file.key) == kManifest;
  }
  const auto known = events_.uids();
  if (!known) return std::unexpected(known.error());
  const std::set<std::string> rows(known->begin(), known->end());
  keep_everything = keep_everything || rows.empty();
  std::set<std::string> on_disk;

  Repaired repaired;
  for (const auto& [path, folder] : folders) {
    if (folder.complete) {
      on_disk.insert(name_of(path));
      if (rows.contains(name_of(path))) continue;
      if (auto adopted = adopt(std::format("{}/{}", path, kManifest)); adopted) {
        ++repaired.adopted;
      } else {
        core::log_warning("an event on the disk is left as it is: {}", adopted.error().message);
      }
      continue;
    }
    if (rows.contains(name_of(path))) {
      on_disk.insert(name_of(path));
      const auto event = events_.get(name_of(path));
      const auto written = event ? update_manifest(event->id) : std::unexpected(event.error());
      if (!written) return std::unexpected(written.error());
      continue;
    }
    if (keep_everything || now() - folder.newest() < kStillBeingWritten) continue;
    for (const BlobInfo& file : folder.files) {
      if (auto removed = blobs_.remove(file.key); !removed) return std::unexpected(removed.error());
      ++repaired.files_removed;
    }
  }
  if (on_disk.empty() && !rows.empty()) {
    core::log_error("none of the {} events of the database has files: is the disk with them there? Nothing is removed",
                    rows.size());
    return repaired;
  }
  for (const std::string& uid : rows) {
    if (on_disk.contains(uid)) continue;
    const auto event = events_.get(uid);
    if (!event) continue;
    if (auto removed = events_.remove(event->id); !removed) return std::unexpected(removed.error());
    ++repaired.rows_removed;
  }
  return repaired;
}

}  // namespace vigil::archive

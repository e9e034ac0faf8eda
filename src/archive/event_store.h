// EventStore: keeps an event with its files: the folder events/YYYY/MM/DD/UID/ of the blobs with whatever shows it, and
// event.json, which says all that the row says, so that the row can be made anew from the files.
//
//   EventStore store(events, blobs);
//   auto id = store.add(event, {{"clip.mp4", local_clip}, {"poster.jpg", local_poster}});
//   store.repair(database.is_new());     // at start-up
//
// Order: the files, then event.json, then the row; what is removed goes the other way round. So a row names only files that
// are there, and a kill at any moment leaves what repair() understands. Callable from any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "archive/blob_store.h"
#include "archive/events.h"

namespace vigil::archive {

struct EventFile {
  std::string name;  // in the event's folder: "clip.mp4", "person-3-1.jpg"
  std::filesystem::path source;
};

struct Repaired {
  std::size_t rows_removed = 0;   // whose files are gone
  std::size_t adopted = 0;        // files whose row was missing
  std::size_t files_removed = 0;  // of events that were never complete
};

class EventStore {
 public:
  static constexpr const char* kManifest = "event.json";

  EventStore(Events& events, BlobStore& blobs) : events_(events), blobs_(blobs) {}

  // event.size and event.id are filled in here. May be called again after kIo and kTimedOut: an event whose files were kept
  // and whose row could not be is completed, from the files. Errors: kInvalidArgument (uid, names of files), kConflict
  // (there is one with that uid), kNotFound (a source), kIo, kTimedOut.
  core::Result<std::int64_t> add(StoredEvent event, const std::vector<EventFile>& files);

  // The key of a file of the event.
  static std::string key(const StoredEvent& event, const std::string& name);

  // Row and files. Errors: kNotFound, kIo, kTimedOut.
  core::Status remove(std::int64_t id);
  // The same, but one that is pinned stays, and one that is not there is gone already. Gives whether it is gone by this.
  // Errors: kIo, kTimedOut.
  core::Result<bool> remove_unless_pinned(std::int64_t id);

  // What people said since is written beside the files too. Call after a change. Errors: kNotFound, kIo.
  core::Status update_manifest(std::int64_t id);

  // Rows without files go, events without a row come back, a lost event.json is written from its row. Files of events that
  // were never complete go when they are older than an hour, unless `keep_everything` or there are no rows: a database that
  // is new says nothing about what may be deleted. Where no event at all has files, the disk is taken for absent and rows
  // stay. Errors: kIo.
  core::Result<Repaired> repair(bool keep_everything);

 private:
  core::Status remove_files(const StoredEvent& event);
  core::Result<std::int64_t> adopt(const std::string& manifest_key);

  Events& events_;
  BlobStore& blobs_;
};

}  // namespace vigil::archive

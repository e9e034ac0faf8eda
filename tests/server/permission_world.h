// World: a server with something of everything, for tests of who may know and do what.
//
//   World world;
//   HttpClient viewer = world.as("viewer");
//   for (const Example& one : world.examples(operation, "viewer")) viewer.get(one.path);
//
// Three cameras, which are off: "seen", for which the viewer vera and the operator otto have permission, another one, for
// which they have none, and one that was deleted. An event of each and one of an uploaded video, with its files; a recording
// and a rule of retention of each camera that is there, and a rule for all others; an upload of the operator's and one of
// the administrator's; a training run, a channel of alerts, and for everybody a second session and an API token.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "archive/archive.h"
#include "server/permission_api.h"
#include "server/served.h"
#include "support/temp_dir.h"

namespace vigil::test {

// Is in all that is said of the unseen camera, of the deleted one and of what they saw, and in nothing else.
inline constexpr const char* kHidden = "sesame";

struct Example {
  std::string path = {};  // of an operation, its parts and the parameters that it needs filled in
  bool permitted = true;  // what it is about is of a camera that the caller may see, or of the caller's; or of nobody
};

class World {
 public:
  struct OfCamera {
    std::int64_t camera = 0, event = 0, segment = 0;
  };

  World();

  Served& server() { return *server_; }
  // Logged in anew. `role`: "viewer", "operator", "admin"; or "nobody".
  HttpClient as(const std::string& role);

  const OfCamera& seen() const { return seen_; }
  const OfCamera& unseen() const { return unseen_; }
  std::int64_t upload_event() const { return upload_event_; }      // for operators
  std::int64_t orphaned_event() const { return orphaned_event_; }  // its camera was deleted
  std::int64_t operators_upload() const { return operators_upload_; }
  std::int64_t admins_upload() const { return admins_upload_; }

  // One for each kind of thing that an operation can be asked about. Throws std::runtime_error where it knows of none.
  std::vector<Example> examples(const Operation& operation, const std::string& role) const;
  // The first of them, which is permitted to those whose role is high enough.
  std::string path(const Operation& operation, const std::string& role) const;

 private:
  struct Own {
    std::int64_t session = 0, token = 0;
  };

  void fill(archive::Archive& archive);
  std::int64_t add_user(archive::Archive& archive, const std::string& name, archive::Role role);
  OfCamera add_camera(archive::Archive& archive, const std::string& name);
  std::int64_t add_event(archive::Archive& archive, archive::StoredEvent event);
  std::int64_t own_id(const std::string& path, const std::string& role) const;

  const TempDir folder_;
  const archive::WallTime when_ = archive::now() - std::chrono::minutes(10);  // all of it happened
  std::optional<Served> server_;
  std::map<std::string, Own> own_;  // by role; of viewers, vera's
  OfCamera seen_, unseen_, gone_;
  std::int64_t spare_user_ = 0, upload_event_ = 0, orphaned_event_ = 0, operators_upload_ = 0, admins_upload_ = 0;
};

}  // namespace vigil::test

// Cameras: the cameras that the repository knows, and who may see which. An address may hold a password: it is sealed, and
// only address_of() gives it back.
//
//   Cameras cameras(*database, box);
//   auto id = cameras.add({.name = "Yard", .settings = R"({"zones": []})"}, "rtsp://user:password@10.0.0.8/");
//   const auto all = cameras.all();
//   for (const Camera& camera : *all) show(camera.name, camera.address_shown);
//
// Callable from any thread; blocks on the database.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "archive/database.h"
#include "archive/secret_box.h"
#include "core/result.h"

namespace vigil::archive {

struct Camera {
  std::int64_t id = 0;
  std::string name = {};           // used once, not empty
  std::string address_shown = {};  // without secrets
  bool enabled = true;
  bool recording = false;
  std::string settings = "{}";  // JSON: zones, masks, rules
};

class Cameras {
 public:
  // Both outlive the object.
  Cameras(Database& database, const SecretBox& box) : database_(database), box_(box) {}

  // Errors: kInvalidArgument (the name is empty), kConflict (it is used; both with the field "name"), kIo, kTimedOut.
  core::Result<std::int64_t> add(const Camera& camera, const std::string& address);

  // Cameras that are added from now on have higher ids than this: what a lost one recorded is never another one's.
  core::Status spare_ids(std::int64_t last);

  // All but the address. Errors: also kNotFound.
  core::Status update(const Camera& camera);
  core::Status set_address(std::int64_t id, const std::string& address);

  core::Result<std::vector<Camera>> all();  // by name
  core::Result<Camera> get(std::int64_t id);

  // Errors: kNotFound, kUnreadable (the key file is another one).
  core::Result<std::string> address_of(std::int64_t id);

  // Its events stay, under the name it had. Errors: kNotFound, kConflict (it has recordings).
  core::Status remove(std::int64_t id);

 private:
  Database& database_;
  const SecretBox& box_;
};

}  // namespace vigil::archive

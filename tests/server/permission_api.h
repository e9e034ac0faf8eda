// The operations of the API as openapi.json describes them, for tests that ask for every one of them.
//
//   for (const Operation& operation : operations()) client.send({.method = …, .path = world.path(operation)});
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace vigil::test {

struct Operation {
  std::string method = {};          // "get", "post", …
  std::string path = {};            // below /api/v1, with {names} for parts
  std::string access = {};          // x-vigil-access: the least role, or "public"
  std::string camera = {};          // x-vigil-camera: by what the camera is found; empty: there is none
  nlohmann::json description = {};  // all that is said of it

  bool is_socket() const;  // a WebSocket, which another request is refused with 426
  bool changes_something() const;
  std::string shown() const;  // "patch /events/{id}"
};

nlohmann::json api();

// In order of paths. Throws nlohmann::json::exception where one says nothing of its access.
std::vector<Operation> operations();

enum class QueryFields { kAll, kRequired };
// Names of the parameters of its query string.
std::vector<std::string> query_fields(const Operation& operation, QueryFields which = QueryFields::kAll);

// The schema of its JSON body, references followed; null: it takes none.
nlohmann::json body_schema(const Operation& operation);

// What a schema stands for where it is a reference.
nlohmann::json resolved(const nlohmann::json& schema);

}  // namespace vigil::test

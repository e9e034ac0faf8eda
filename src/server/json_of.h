// How rows of the archive look in the API (openapi.json).
#pragma once

#include <string>
#include <vector>

#include "station/warning.h"

#include "archive/accounts.h"
#include "archive/event_store.h"
#include "archive/jobs.h"
#include "archive/sessions.h"
#include "server/response.h"

namespace vigil::server {

Json json_of(const archive::User& user, const std::vector<std::int64_t>& cameras);
Json json_of(const archive::Session& session, std::int64_t current);
Json json_of(const archive::ApiToken& token);
Json json_of(const archive::Job& job, const std::string& user);

Json json_of(const station::Warning& warning);

// An event as lists show it, and with all there is of it.
Json summary_of(const archive::StoredEvent& event);
Json json_of(const archive::StoredEvent& event);

// The address of a file of an event.
std::string event_file_url(std::int64_t event, const std::string& file);

}  // namespace vigil::server

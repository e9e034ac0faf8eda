#include <fstream>

#include "walking_event.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/json_schema.h"
#include "support/temp_dir.h"

namespace vigil::report {
namespace {

using nlohmann::json;

TEST(EventSchema, describes_what_the_pages_are_tested_with) {
  std::ifstream file(VIGIL_SOURCE_DIR "/docs/events.schema.json");
  const json schema = json::parse(file);
  const test::TempDir dir;
  for (json document : {walking_event(dir.path()), rule_event(dir.path(), "crowd")}) {
    json& event = document["events"][0];
    event["page"] = "event-001.html";
    EXPECT_THAT(test::schema_violations(schema, document), testing::ElementsAre(testing::HasSubstr("boxes")))
        << "boxes stand in the pages only";
    event.erase("boxes");
    EXPECT_THAT(test::schema_violations(schema, document), testing::IsEmpty());
    for (const char* name : {"rule", "zone", "people", "boxes_file", "page"}) event.erase(name);
    document.erase("started_at");
    EXPECT_THAT(test::schema_violations(schema, document), testing::IsEmpty());
  }
}

}  // namespace
}  // namespace vigil::report

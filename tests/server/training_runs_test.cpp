// Training runs of a folder, some of which are damaged.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "server/served.h"
#include "support/temp_dir.h"

namespace vigil::server {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

void write_history(const fs::path& folder, const std::string& text) {
  fs::create_directories(folder);
  std::ofstream(folder / "history.json") << text;
}

TEST(TrainingRuns, that_are_damaged_hide_no_others) {
  const test::TempDir folder;
  write_history(folder / "cut-off", R"({"epochs": [{"epo)");
  write_history(folder / "good", R"({"epochs": [{"epoch": 0}, {"epoch": 1}], "best_epoch": 1})");
  write_history(folder / "odd", R"({"epochs": [{"epoch": 0}], "best_epoch": "none"})");
  write_history(folder / "other", R"({"epochs": 3})");
  test::Served server({.more = {"--runs", folder.path().string()}});
  test::HttpClient admin = server.admin();
  const test::HttpAnswer answer = admin.get("/api/v1/training-runs");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json runs = answer.json();
  ASSERT_EQ(runs.size(), 2U) << runs.dump(1);
  EXPECT_EQ(runs[0]["name"], "good");
  EXPECT_EQ(runs[0]["best_epoch"], 1);
  EXPECT_EQ(runs[1]["name"], "odd");
  EXPECT_EQ(runs[1]["best_epoch"], -1);
  EXPECT_EQ(admin.get("/api/v1/training-runs/good").status, 200);
  EXPECT_EQ(admin.get("/api/v1/training-runs/cut-off").code(), "unusable");
}

}  // namespace
}  // namespace vigil::server

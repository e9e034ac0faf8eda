// Models from a real HTTP server: cut off and gone on with, wrong, missing, moved; from a folder; and the catalogue.
#include "models/pull.h"

#include <filesystem>
#include <format>
#include <fstream>
#include <string>

#include "models/checksum.h"
#include "models/download.h"
#include <gmock/gmock.h>

#include "core/atomic_file.h"
#include "support/python_server.h"
#include "support/shared_data.h"
#include "support/temp_dir.h"

namespace vigil::models {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using testing::HasSubstr;

constexpr std::size_t kSize = 300'000;

void write(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

class Pull : public testing::Test {
 protected:
  Pull() {
    for (std::size_t i = 0; i < kSize; ++i) content_ += static_cast<char>(i * 2654435761U >> 13);
    fs::create_directories(served_);
    write(served_ / "net.onnx", content_);
  }

  std::string url(const std::string& path) const { return std::format("http://127.0.0.1:{}/{}", server_.port(), path); }

  // Errors of a pull from the mirror at `path` of the server; OK where there are none.
  core::Status pull_from(const std::string& mirror) { return pull(model(), {.folder = folder_, .mirror = mirror}, {}, {}); }

  CatalogModel model() const {
    CatalogModel model;
    model.name = "net";
    model.files = {{.file = "installed.onnx",
                    .url = "https://example.org/models/net.onnx",
                    .size = kSize,
                    .sha256 = *sha256_of(served_ / "net.onnx")}};
    return model;
  }

  std::string ranges() {
    const test::TempDir dir;
    fs::remove(dir / "requests");
    // Of unknown size, so it is asked for as a file that is too long; what came lies there.
    const auto ignored = download({.url = url("requests"), .target = dir / "requests", .size = 10'000}, {}, {});
    return core::read_file(dir / "requests").value_or("");
  }

  const test::TempDir dir_;
  const fs::path served_ = dir_ / "served";
  const fs::path folder_ = dir_ / "models";
  std::string content_;
  const test::PythonServer server_{"file_server.py", {served_.string()}};
};

TEST_F(Pull, brings_the_file_under_its_own_name) {
  const auto pulled = pull_from(url(""));
  ASSERT_TRUE(pulled) << pulled.error().message;
  EXPECT_EQ(core::read_file(folder_ / "installed.onnx").value_or(""), content_);
  EXPECT_TRUE(is_installed(model(), folder_));
  EXPECT_EQ((*check_installed(model(), folder_))[0].state, FileState::kRight);
  ASSERT_TRUE(pull_from(url("")));
  EXPECT_EQ(ranges(), "-") << "what is there is not fetched again";
}

TEST_F(Pull, goes_on_where_the_connection_broke) {
  const fs::path part = dir_ / "part";
  const auto cut = download({.url = url("cut/100000/net.onnx"), .target = part, .size = kSize}, {}, {});
  ASSERT_FALSE(cut);
  EXPECT_EQ(fs::file_size(part), 100'000U);
  const auto rest = download({.url = url("net.onnx"), .target = part, .size = kSize}, {}, {});
  ASSERT_TRUE(rest) << rest.error().message;
  EXPECT_EQ(core::read_file(part).value_or(""), content_);
  EXPECT_EQ(ranges(), "-\nbytes=100000-");
}

TEST_F(Pull, tries_again_by_itself) {
  const auto pulled = pull_from(url("cut/120000"));
  ASSERT_TRUE(pulled) << pulled.error().message;
  EXPECT_EQ(core::read_file(folder_ / "installed.onnx").value_or(""), content_);
  EXPECT_EQ(ranges(), "-\nbytes=120000-\nbytes=240000-");
}

TEST_F(Pull, begins_anew_where_the_server_knows_no_ranges) {
  const fs::path part = dir_ / "part";
  write(part, "something else");
  const auto whole = download({.url = url("whole/net.onnx"), .target = part, .size = kSize}, {}, {});
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(core::read_file(part).value_or(""), content_);
}

TEST_F(Pull, follows_a_redirection) {
  const auto moved = download({.url = url("moved/net.onnx"), .target = dir_ / "part", .size = kSize}, {}, {});
  ASSERT_TRUE(moved) << moved.error().message;
}

TEST_F(Pull, another_file_is_refused_and_nothing_is_left) {
  const CatalogModel wanted = model();
  std::string other = content_;
  other[1000] ^= 1;
  write(served_ / "net.onnx", other);
  const auto pulled = pull(wanted, {.folder = folder_, .mirror = url("")}, {}, {});
  ASSERT_FALSE(pulled);
  EXPECT_EQ(pulled.error().code, ErrorCode::kUnreadable);
  EXPECT_THAT(pulled.error().message, HasSubstr(wanted.files[0].sha256));
  EXPECT_FALSE(fs::exists(folder_ / "installed.onnx"));
  write(served_ / "net.onnx", content_);
  EXPECT_TRUE(pull_from(url(""))) << "the wrong bytes are not gone on with";
}

TEST_F(Pull, a_file_that_is_too_long_is_cut_off) {
  write(served_ / "net.onnx", content_ + content_);
  const auto long_one = download({.url = url("net.onnx"), .target = dir_ / "part", .size = kSize}, {}, {});
  ASSERT_FALSE(long_one);
  EXPECT_EQ(long_one.error().code, ErrorCode::kUnreadable);
  EXPECT_LE(fs::file_size(dir_ / "part"), kSize);
}

TEST_F(Pull, an_installed_file_that_was_spoilt_is_replaced) {
  ASSERT_TRUE(pull_from(url("")));
  write(folder_ / "installed.onnx", std::string(kSize, 'x'));
  EXPECT_EQ((*check_installed(model(), folder_))[0].state, FileState::kWrong);
  ASSERT_TRUE(pull_from(url("")));
  EXPECT_EQ((*check_installed(model(), folder_))[0].state, FileState::kRight);
}

TEST_F(Pull, takes_files_from_a_folder) {
  const auto pulled = pull_from(served_.string());
  ASSERT_TRUE(pulled) << pulled.error().message;
  EXPECT_EQ((*check_installed(model(), folder_))[0].state, FileState::kRight);
  const CatalogModel wanted = model();
  fs::remove(served_ / "net.onnx");
  fs::remove(folder_ / "installed.onnx");
  const auto absent = pull(wanted, {.folder = folder_, .mirror = served_.string()}, {}, {});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
}

TEST_F(Pull, says_what_the_server_said) {
  const auto missing = download({.url = url("nothing.onnx"), .target = dir_ / "part", .size = 5}, {}, {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("404"));
  const auto nobody = download({.url = "http://127.0.0.1:1/net.onnx", .target = dir_ / "part", .size = 5}, {}, {});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ErrorCode::kIo);
  const auto strange = download({.url = "gopher://127.0.0.1/net.onnx", .target = dir_ / "part", .size = 5}, {}, {});
  ASSERT_FALSE(strange);
  EXPECT_EQ(strange.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(Pull, a_stop_ends_it) {
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = pull(model(), {.folder = folder_, .mirror = url("")}, {}, stop.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
}

TEST(Checksum, is_the_one_that_sha256sum_prints) {
  const test::TempDir dir;
  write(dir / "abc", "abc");
  EXPECT_EQ(sha256_of(dir / "abc").value_or(""), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of(dir / "nothing").error().code, ErrorCode::kNotFound);
}

constexpr const char* kHash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

std::string catalog_with(const std::string& name, const std::string& file, const std::string& url, const std::string& hash) {
  return std::format(
      R"({{"models": [{{"name": "{}", "task": "t", "about": "a", "licence": "MIT", "source": "s", "input": {{}},
    "files": [{{"file": "{}", "url": "{}", "size": 3, "sha256": "{}"}}]}}]}})",
      name, file, url, hash);
}

TEST(CatalogOfModels, reads_what_a_model_is) {
  const auto catalog = Catalog::parse(catalog_with("net", "net.onnx", "https://example.org/v1/original.onnx", kHash));
  ASSERT_TRUE(catalog) << catalog.error().message;
  ASSERT_NE(catalog->find("net"), nullptr);
  EXPECT_EQ(catalog->find("net")->files[0].mirrored_as(), "original.onnx");
  EXPECT_EQ(catalog->find("other"), nullptr);
}

TEST(CatalogOfModels, refuses_what_would_be_dangerous_and_says_why) {
  const std::string url = "https://example.org/net.onnx";
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {catalog_with("net", "../net.onnx", url, kHash), "../net.onnx"},
           {catalog_with("net", ".net", url, kHash), ".net"},
           {catalog_with("a/b", "net.onnx", url, kHash), "a/b"},
           {catalog_with("net", "net.onnx", "http://example.org/net.onnx", kHash), "https"},
           {catalog_with("net", "net.onnx", "https://example.org/", kHash), "name of a file"},
           {catalog_with("net", "net.onnx", url, "abc"), "SHA-256"},
           {R"({"models": [{"name": "net"}]})", "task"},
           {"[", "not a catalogue"}}) {
    const auto catalog = Catalog::parse(text);
    ASSERT_FALSE(catalog) << text;
    EXPECT_EQ(catalog.error().code, ErrorCode::kUnreadable);
    EXPECT_THAT(catalog.error().message, HasSubstr(why));
  }
}

TEST(CatalogOfModels, ours_names_the_files_that_are_known_to_be_right) {
  const auto catalog = Catalog::load(VIGIL_SOURCE_DIR "/models/catalog.json");
  ASSERT_TRUE(catalog) << catalog.error().message;
  VIGIL_REQUIRE_SHARED(mirror, "models");
  const test::TempDir dir;
  for (const char* name : {"yunet", "yolox-nano"}) {
    const CatalogModel* model = catalog->find(name);
    ASSERT_NE(model, nullptr) << name;
    const auto pulled = pull(*model, {.folder = dir.path(), .mirror = mirror.string()}, {}, {});
    EXPECT_TRUE(pulled) << pulled.error().message;
  }
  VIGIL_REQUIRE_PUBLIC_MODEL(movenet, "movenet-multipose.json");
  for (const char* name : {"movenet-multipose", "nanodet"}) {
    const auto files = check_installed(*catalog->find(name), movenet.parent_path());
    ASSERT_TRUE(files);
    for (const InstalledFile& file : *files) EXPECT_EQ(file.state, FileState::kRight) << file.path;
  }
}

}  // namespace
}  // namespace vigil::models

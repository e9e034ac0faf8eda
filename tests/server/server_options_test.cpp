// What the server's file may say, and where it refuses to listen.
#include "server/server_options.h"

#include <fstream>

#include <gmock/gmock.h>

#include "support/temp_dir.h"

namespace vigil::server {
namespace {

using testing::HasSubstr;

std::string wrong(const std::string& toml) {
  const auto options = parse_options(toml, "vigil.toml");
  return options ? std::string("nothing") : options.error().message;
}

TEST(ServerOptions, are_what_the_file_says) {
  const auto options = parse_options(R"(
    [server]
    address = "0.0.0.0"
    port = 9000
    insecure = true
    public_url = "https://vigil.example"
    web = "ui"
    [archive]
    data = "/var/lib/vigil"
    database = "postgresql://vigil@db/vigil"
    [limits]
    session_hours = 0.5
    upload_gib = 2
    requests_per_second = 10
    [training]
    runs = "runs"
    [log]
    json = true
  )",
                                     "/etc/vigil/vigil.toml");
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->address, "0.0.0.0");
  EXPECT_EQ(options->port, 9000);
  EXPECT_EQ(options->public_url, "https://vigil.example");
  EXPECT_EQ(options->web, "/etc/vigil/ui");
  EXPECT_EQ(options->data, "/var/lib/vigil");
  EXPECT_EQ(options->session, std::chrono::minutes(30));
  EXPECT_EQ(options->upload_bytes, 2ULL << 30);
  EXPECT_EQ(options->runs, "/etc/vigil/runs");
  EXPECT_TRUE(options->json_log);
  EXPECT_TRUE(options->validate());
}

TEST(ServerOptions, say_what_is_wrong) {
  EXPECT_THAT(wrong("[server]\nprot = 1"), HasSubstr("vigil.toml:2: [server] knows no 'prot'"));
  EXPECT_THAT(wrong("[server]\nport = \"x\""), HasSubstr("port"));
  EXPECT_THAT(wrong("[cameras]\n"), HasSubstr("'cameras' is not known"));
  EXPECT_THAT(wrong("port = 1"), HasSubstr("'port' is not known"));
  EXPECT_THAT(wrong("[server"), HasSubstr("vigil.toml:1"));
  EXPECT_THAT(wrong("[limits]\nupload_gib = -1"), HasSubstr("upload_gib"));
  EXPECT_EQ(load_options("/nowhere/vigil.toml").error().code, core::ErrorCode::kNotFound);
}

TEST(ServerOptions, are_reached_from_elsewhere_only_with_tls_or_on_purpose) {
  const test::TempDir dir;
  for (const char* name : {"cert.pem", "key.pem"}) std::ofstream(dir / name) << "x";
  EXPECT_TRUE(ServerOptions{}.validate());
  EXPECT_TRUE(ServerOptions{.address = "::1"}.validate());
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1"}) {
    EXPECT_THAT(ServerOptions{.address = address}.validate().error().message, HasSubstr("TLS")) << address;
    EXPECT_TRUE((ServerOptions{.address = address, .insecure = true}.validate()));
    EXPECT_TRUE((ServerOptions{.address = address, .certificate = dir / "cert.pem", .key = dir / "key.pem"}.validate()));
  }
  EXPECT_THAT(ServerOptions{.certificate = dir / "cert.pem"}.validate().error().message, HasSubstr("both"));
  EXPECT_THAT((ServerOptions{.certificate = dir / "none.pem", .key = dir / "key.pem"}.validate().error().message),
              HasSubstr("none.pem"));
  EXPECT_THAT(ServerOptions{.port = 70'000}.validate().error().message, HasSubstr("70000"));
}

}  // namespace
}  // namespace vigil::server

// Bodies and parameters of requests as a hostile client would send them: never a crash, never an exception but Problem.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "station/camera_scene.h"

#include "server/body_reader.h"
#include "server/instants.h"
#include "server/problem.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    server::BodyReader body = server::BodyReader::parse(text);
    static_cast<void>(body.optional_text("name"));
    static_cast<void>(body.optional_flag("enabled"));
    static_cast<void>(body.optional_real("score"));
    static_cast<void>(body.optional_number("id"));
    static_cast<void>(body.optional_numbers("cameras"));
    if (const auto scene = body.optional_json("scene")) static_cast<void>(station::read_scene(scene->dump()));
    body.done();
  } catch (const server::Problem& problem) {
    static_cast<void>(problem.json());
  }
  static_cast<void>(station::read_scene(text));
  if (const auto time = server::from_instant(text)) static_cast<void>(server::to_instant(*time));
  return 0;
}

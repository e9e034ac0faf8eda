#include "cli/clip_weights.h"

#include <stdexcept>

#include "nets/clip_net.h"
#include "vision/clip_model.h"

namespace vigil::test {

void write_clip_weights(const std::filesystem::path& path) {
  const auto net = nets::make_clip_net("seed-3dcnn");
  if (!net) throw std::runtime_error(net.error().message);
  const auto saved = vision::save_clip_model(path, **net, {.name = "newborn", .net = "seed-3dcnn", .input = {}});
  if (!saved) throw std::runtime_error(saved.error().message);
}

}  // namespace vigil::test

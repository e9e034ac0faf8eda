#include "nets/detection_net.h"

#include <format>

#include "nets/nanodet.h"
#include "nets/yolox.h"

namespace vigil::nets {

core::Result<std::shared_ptr<DetectionNet>> make_detection_net(const std::string& name, int classes) {
  if (const auto variant = yolox_variant(name)) return std::make_shared<YoloxImpl>(*variant, classes);
  if (name == NanoDetImpl::kName) return std::make_shared<NanoDetImpl>(classes);
  std::string known = NanoDetImpl::kName;
  for (const YoloxVariant& variant : yolox_variants()) known += std::format(", {}", variant.name);
  return core::fail(core::ErrorCode::kInvalidArgument,
                    std::format("no detection network is called '{}'; there are: {}", name, known));
}

}  // namespace vigil::nets

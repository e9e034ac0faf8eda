// Any bytes as a weight file of each format: the parsers must end with views that lie inside their memory, or an error, in
// bounded time and memory. The first byte chooses the format.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "formats/onnx_model.h"
#include "formats/safetensors_file.h"
#include "formats/tfjs_model.h"
#include "formats/torch_checkpoint.h"

namespace {

using vigil::formats::TensorView;
using vigil::formats::TensorViews;

// Reads the first and the last byte that shape and strides reach.
void touch(const TensorViews& views) {
  for (const auto& [name, view] : views) {
    if (vigil::formats::element_count(view.shape).value_or(0) == 0) continue;
    std::size_t last = 0;
    for (std::size_t i = 0; i < view.shape.size(); ++i) {
      last += static_cast<std::size_t>(view.shape[i] - 1) * static_cast<std::size_t>(view.strides[i]);
    }
    const std::size_t size = vigil::formats::size_of(view.type);
    if ((last + 1) * size > view.bytes.size()) __builtin_trap();
    volatile auto sink =
        std::to_integer<unsigned>(view.bytes.front()) + std::to_integer<unsigned>(view.bytes[(last + 1) * size - 1]);
    static_cast<void>(sink);
  }
}

void read_tfjs(const std::string& bytes) {
  // What follows the model's text, after a zero, is its shard.
  const std::size_t end = std::min(bytes.find('\0'), bytes.size());
  const std::string shard = end < bytes.size() ? bytes.substr(end + 1) : std::string();
  const auto model = vigil::formats::parse_tfjs_model(
      std::string_view(bytes).substr(0, end), [&](const std::string&) -> vigil::core::Result<std::string> { return shard; });
  if (model) touch(model->weights);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto owner = std::make_shared<std::vector<std::byte>>(size - 1);
  if (size > 1) std::memcpy(owner->data(), data + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      if (const auto views = vigil::formats::parse_torch_checkpoint(*owner, owner)) touch(*views);
      break;
    case 1:
      if (const auto model = vigil::formats::parse_onnx_model(*owner)) touch(model->initializers);
      break;
    case 2: read_tfjs({reinterpret_cast<const char*>(owner->data()), owner->size()}); break;
    case 3:
      if (const auto file = vigil::formats::parse_safetensors(*owner, owner)) touch(file->tensors);
      break;
  }
  return 0;
}

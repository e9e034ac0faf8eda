#include "nn/torch_checkpoint.h"

#include "formats/mapped_file.h"
#include "formats/torch_checkpoint.h"
#include "nn/view_tensors.h"

namespace vigil::nn {

core::Result<TensorMap> read_torch_checkpoint(const std::filesystem::path& path) {
  const auto file = formats::MappedFile::open(path);
  if (!file) return std::unexpected(file.error());
  const auto views = formats::parse_torch_checkpoint((*file)->bytes(), *file);
  if (!views) return std::unexpected(views.error().with_context(path.string() + " is no usable torch checkpoint"));
  return tensors_from(*views);
}

}  // namespace vigil::nn

#include "written_checkpoint.h"

#include <fstream>

#include <torch/torch.h>

#include "support/torch_file.h"

namespace vigil::nets {

void write_checkpoint(const std::filesystem::path& path, const nn::TensorMap& tensors) {
  std::vector<std::pair<std::string, std::string>> entries, storages;
  for (const auto& [name, tensor] : tensors) {
    const std::string key = std::to_string(storages.size());
    const bool counts = tensor.scalar_type() == torch::kLong;
    const std::string storage = test::pickle_storage(counts ? "LongStorage" : "FloatStorage", key, tensor.numel());
    entries.emplace_back(name, test::pickle_tensor(storage, 0, tensor.sizes().vec(), tensor.strides().vec()));
    storages.emplace_back(key, std::string(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()));
  }
  std::ofstream(path, std::ios::binary) << test::torch_file(
      test::pickle(test::pickle_dict({{"state_dict", test::pickle_dict(entries)}, {"iter", test::pickle_number(370'000)}})),
      storages);
}

}  // namespace vigil::nets

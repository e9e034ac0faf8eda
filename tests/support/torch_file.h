// Torch checkpoints written by hand, for tests of their reader: a pickle in pieces, and the zip file around it.
//
//   const std::string w = pickle_tensor(pickle_storage("FloatStorage", "0", 2), 0, {2}, {1});
//   const std::string file = torch_file(pickle(pickle_dict({{"w", w}})), {{"0", bytes_of<float>({1, 2})}});
//
// Each pickle_… gives the opcodes that leave one value on the stack.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vigil::test {

template <typename Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

std::string pickle_text(const std::string& text);
std::string pickle_number(std::int64_t number);
std::string pickle_global(const std::string& module, const std::string& name);
std::string pickle_tuple(const std::vector<std::string>& items);
std::string pickle_dict(const std::vector<std::pair<std::string, std::string>>& items);
std::string pickle_call(const std::string& function, const std::string& arguments);
std::string pickle_storage(const std::string& type, const std::string& key, std::int64_t elements);
std::string pickle_tensor(const std::string& storage, std::int64_t offset, const std::vector<std::int64_t>& shape,
                          const std::vector<std::int64_t>& strides);

// The whole pickle that leaves `value`.
std::string pickle(const std::string& value);

struct ZipEntry {
  std::string name;
  std::string bytes;
  std::uint16_t method = 0;
  std::uint16_t flags = 0;
};

// Stored as they are, each entry's bytes at a multiple of `alignment`.
std::string zip_file(const std::vector<ZipEntry>& entries, std::size_t alignment = 64);

// As torch.save lays it out, under the folder "net"; `storages` are keys and bytes.
std::string torch_file(const std::string& pickle, const std::vector<std::pair<std::string, std::string>>& storages,
                       std::size_t alignment = 64);

}  // namespace vigil::test

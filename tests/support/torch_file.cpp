#include "support/torch_file.h"

namespace vigil::test {
namespace {

template <typename Number>
std::string little(Number number) {
  return bytes_of<Number>({number});
}

std::string numbers_tuple(const std::vector<std::int64_t>& numbers) {
  std::vector<std::string> items;
  for (const std::int64_t number : numbers) items.push_back(pickle_number(number));
  return pickle_tuple(items);
}

}  // namespace

std::string pickle_text(const std::string& text) { return "X" + little(static_cast<std::uint32_t>(text.size())) + text; }
std::string pickle_number(std::int64_t number) { return std::string("\x8a\x08") + little(number); }
std::string pickle_global(const std::string& module, const std::string& name) { return "c" + module + "\n" + name + "\n"; }

std::string pickle_tuple(const std::vector<std::string>& items) {
  std::string bytes = "(";
  for (const std::string& item : items) bytes += item;
  return bytes + "t";
}

std::string pickle_dict(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string bytes = "}(";
  for (const auto& [key, value] : items) bytes += pickle_text(key) + value;
  return bytes + "u";
}

std::string pickle_call(const std::string& function, const std::string& arguments) { return function + arguments + "R"; }

std::string pickle_storage(const std::string& type, const std::string& key, std::int64_t elements) {
  return pickle_tuple({pickle_text("storage"), pickle_global("torch", type), pickle_text(key), pickle_text("cpu"),
                       pickle_number(elements)}) +
         "Q";
}

std::string pickle_tensor(const std::string& storage, std::int64_t offset, const std::vector<std::int64_t>& shape,
                          const std::vector<std::int64_t>& strides) {
  const std::string hooks = pickle_call(pickle_global("collections", "OrderedDict"), ")");
  return pickle_call(
      pickle_global("torch._utils", "_rebuild_tensor_v2"),
      pickle_tuple({storage, pickle_number(offset), numbers_tuple(shape), numbers_tuple(strides), "\x89", hooks}));
}

std::string pickle(const std::string& value) { return "\x80\x02" + value + "."; }

std::string zip_file(const std::vector<ZipEntry>& entries, std::size_t alignment) {
  constexpr std::size_t kHeader = 30;
  std::string bytes;
  std::string directory;
  for (const ZipEntry& entry : entries) {
    const std::size_t begin = bytes.size() + kHeader + entry.name.size();
    const std::string padding((alignment - begin % alignment) % alignment, 'Z');
    const std::string sizes = little<std::uint32_t>(0) + little(static_cast<std::uint32_t>(entry.bytes.size())) +
                              little(static_cast<std::uint32_t>(entry.bytes.size())) +
                              little(static_cast<std::uint16_t>(entry.name.size()));
    const std::string common =
        little(entry.flags) + little(entry.method) + little<std::uint32_t>(0) + sizes;  // version goes before, padding after
    directory += "PK\x01\x02" + little<std::uint32_t>(0) + common + std::string(12, '\0') +
                 little(static_cast<std::uint32_t>(bytes.size())) + entry.name;
    bytes += "PK\x03\x04" + little<std::uint16_t>(0) + common + little(static_cast<std::uint16_t>(padding.size())) +
             entry.name + padding + entry.bytes;
  }
  const auto count = static_cast<std::uint16_t>(entries.size());
  return bytes + directory + "PK\x05\x06" + little<std::uint32_t>(0) + little(count) + little(count) +
         little(static_cast<std::uint32_t>(directory.size())) + little(static_cast<std::uint32_t>(bytes.size())) +
         little<std::uint16_t>(0);
}

std::string torch_file(const std::string& pickle, const std::vector<std::pair<std::string, std::string>>& storages,
                       std::size_t alignment) {
  std::vector<ZipEntry> entries = {{"net/data.pkl", pickle}, {"net/byteorder", "little"}};
  for (const auto& [key, bytes] : storages) entries.push_back({"net/data/" + key, bytes});
  entries.push_back({"net/version", "3\n"});
  return zip_file(entries, alignment);
}

}  // namespace vigil::test

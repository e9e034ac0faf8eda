#include "formats/torch_checkpoint.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <format>
#include <string>
#include <string_view>

#include "formats/byte_reader.h"
#include "formats/pickle.h"
#include "formats/state_dict.h"
#include "formats/zip_archive.h"

namespace vigil::formats {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr std::string_view kPickleName = "/data.pkl";
constexpr std::size_t kAlignment = sizeof(std::uint64_t);

// The first pickle of a file from before 1.6: the number 0x1950a86a20f9469cfc6c alone.
constexpr std::array<std::uint8_t, 14> kLegacyStart = {0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c,
                                                       0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19};

std::unexpected<core::Error> unreadable(std::string reason) { return fail(ErrorCode::kUnreadable, std::move(reason)); }

bool is_legacy(std::span<const std::byte> bytes) {
  return bytes.size() >= kLegacyStart.size() &&
         std::ranges::equal(bytes.first(kLegacyStart.size()), std::as_bytes(std::span(kLegacyStart)));
}

// The archive's one top folder, which bears the name that the file was saved under.
Result<std::string> find_folder(const ZipArchive& archive) {
  for (const auto& [name, bytes] : archive.entries()) {
    if (name.ends_with(kPickleName) && name.find('/') == name.size() - kPickleName.size()) {
      return name.substr(0, name.find('/'));
    }
  }
  return unreadable("it has no entry 'data.pkl'");
}

core::Status check_kind(const ZipArchive& archive, const std::string& folder) {
  if (archive.entries().contains(folder + "/constants.pkl")) {
    return fail(ErrorCode::kUnsupported, "it is a TorchScript program: save the network's state_dict() with torch.save");
  }
  const auto order = archive.entries().find(folder + "/byteorder");
  if (order != archive.entries().end() && text_of(order->second) != "little") {
    return fail(ErrorCode::kUnsupported, std::format("its byte order is '{}', not little", text_of(order->second)));
  }
  return {};
}

// Storages by key; one that lies unaligned is copied once, so that all copies together are smaller than the file.
class Storages {
 public:
  Storages(const ZipArchive& archive, std::string folder, std::shared_ptr<void> owner)
      : archive_(archive), folder_(std::move(folder)), owner_(std::move(owner)) {}

  Result<TensorView> view(const PickledTensor& tensor) {
    const auto storage = find(tensor.storage.key);
    if (!storage) return std::unexpected(storage.error());
    const std::size_t element = size_of(tensor.storage.type);
    if (tensor.storage.elements > storage->bytes.size() / element) {
      return unreadable(std::format("claims {} elements of storage '{}', which holds {} bytes", tensor.storage.elements,
                                    tensor.storage.key, storage->bytes.size()));
    }
    TensorView view{
        .type = tensor.storage.type, .shape = tensor.shape, .strides = tensor.strides, .bytes = {}, .owner = storage->owner};
    if (element_count(view.shape) > 0) {
      view.bytes = storage->bytes.subspan(tensor.offset * element, (tensor.storage.elements - tensor.offset) * element);
    }
    return view;
  }

 private:
  Result<OwnedBytes> find(const std::string& key) {
    if (const auto known = aligned_.find(key); known != aligned_.end()) return known->second;
    const auto bytes = archive_.entry(std::format("{}/data/{}", folder_, key));
    if (!bytes) return std::unexpected(bytes.error());
    const bool is_aligned = reinterpret_cast<std::uintptr_t>(bytes->data()) % kAlignment == 0;
    return aligned_.emplace(key, is_aligned ? OwnedBytes{*bytes, owner_} : copy_bytes(*bytes)).first->second;
  }

  const ZipArchive& archive_;
  std::string folder_;
  std::shared_ptr<void> owner_;
  std::map<std::string, OwnedBytes> aligned_;
};

}  // namespace

Result<TensorViews> parse_torch_checkpoint(std::span<std::byte> bytes, const std::shared_ptr<void>& owner) {
  if (is_legacy(bytes)) {
    return fail(ErrorCode::kUnsupported,
                "it was written before PyTorch 1.6: load it with torch.load and save it again with a newer torch.save");
  }
  if (!ZipArchive::looks_like_zip(bytes)) return unreadable("it is no zip file");
  const auto archive = ZipArchive::open(bytes);
  if (!archive) return std::unexpected(archive.error());
  const auto folder = find_folder(*archive);
  if (!folder) return std::unexpected(folder.error());
  if (auto kind = check_kind(*archive, *folder); !kind) return std::unexpected(kind.error());
  const auto pickle = read_pickle(archive->entries().at(*folder + std::string(kPickleName)));
  if (!pickle) return std::unexpected(pickle.error());
  const auto tensors = flatten_state_dict(*pickle);
  if (!tensors) return std::unexpected(tensors.error());

  Storages storages(*archive, *folder, owner);
  TensorViews views;
  for (const auto& [name, tensor] : *tensors) {
    auto view = storages.view(tensor);
    if (!view) return std::unexpected(view.error().with_context(std::format("tensor '{}'", name)));
    views.emplace(name, std::move(*view));
  }
  return views;
}

}  // namespace vigil::formats

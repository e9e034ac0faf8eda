#include "formats/pickle_calls.h"

#include <algorithm>
#include <array>
#include <format>
#include <optional>

namespace vigil::formats {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr std::size_t kMaxKeyLength = 64;
constexpr std::size_t kMaxDimensions = 16;

struct StorageType {
  std::string_view name;
  ElementType type;
};
constexpr std::array kStorageTypes = {
    StorageType{"torch.DoubleStorage", ElementType::kFloat64}, StorageType{"torch.FloatStorage", ElementType::kFloat32},
    StorageType{"torch.HalfStorage", ElementType::kFloat16},   StorageType{"torch.BFloat16Storage", ElementType::kBFloat16},
    StorageType{"torch.LongStorage", ElementType::kInt64},     StorageType{"torch.IntStorage", ElementType::kInt32},
    StorageType{"torch.ShortStorage", ElementType::kInt16},    StorageType{"torch.CharStorage", ElementType::kInt8},
    StorageType{"torch.ByteStorage", ElementType::kUInt8},     StorageType{"torch.BoolStorage", ElementType::kBool},
};

// Their results carry no tensor and are not looked at; protocol 2 writes the names that Python 2 had.
constexpr auto kHarmless = std::to_array<std::string_view>({
    "__builtin__.bytearray",
    "__builtin__.complex",
    "__builtin__.frozenset",
    "__builtin__.set",
    "__builtin__.slice",
    "_codecs.encode",
    "argparse.Namespace",
    "collections.Counter",
    "builtins.bytearray",
    "builtins.complex",
    "builtins.frozenset",
    "builtins.set",
    "builtins.slice",
    "datetime.datetime",
    "datetime.timedelta",
    "numpy._core.multiarray._reconstruct",
    "numpy._core.multiarray.scalar",
    "numpy.core.multiarray._reconstruct",
    "numpy.core.multiarray.scalar",
    "numpy.dtype",
    "pathlib.PosixPath",
    "pathlib.WindowsPath",
    "torch.Size",
    "torch.device",
    "types.SimpleNamespace",
});

std::unexpected<core::Error> unreadable(std::string reason) { return fail(ErrorCode::kUnreadable, std::move(reason)); }

std::optional<std::uint64_t> whole_number(const Value& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

std::optional<std::vector<std::int64_t>> whole_numbers(const Value& value, const std::vector<Value>& values) {
  const auto* sequence = std::get_if<Sequence>(&value);
  if (!sequence || sequence->items.size() > kMaxDimensions) return std::nullopt;
  std::vector<std::int64_t> numbers;
  for (const Ref item : sequence->items) {
    if (!whole_number(values[item])) return std::nullopt;
    numbers.push_back(std::get<std::int64_t>(values[item]));
  }
  return numbers;
}

// Index of the last element that the tensor reaches, counted from the storage's start; nothing when it does not fit.
std::optional<std::uint64_t> last_element(const PickledTensor& tensor) {
  std::uint64_t last = tensor.offset;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    std::uint64_t reach = 0;
    if (__builtin_mul_overflow(static_cast<std::uint64_t>(tensor.shape[i] - 1),
                               static_cast<std::uint64_t>(tensor.strides[i]), &reach) ||
        __builtin_add_overflow(last, reach, &last)) {
      return std::nullopt;
    }
  }
  return last;
}

// (storage, offset, size, stride, requires_grad, hooks, …)
Result<Value> rebuild_tensor(std::span<const Ref> arguments, const std::vector<Value>& values) {
  if (arguments.size() < 4) return unreadable("a tensor has fewer than 4 fields");
  const auto* storage = std::get_if<Storage>(&values[arguments[0]]);
  if (!storage) return unreadable("a tensor has no storage");
  const auto offset = whole_number(values[arguments[1]]);
  const auto shape = whole_numbers(values[arguments[2]], values);
  const auto strides = whole_numbers(values[arguments[3]], values);
  if (!offset || !shape || !strides || shape->size() != strides->size()) {
    return unreadable(std::format("a tensor of storage '{}' has an impossible offset, size or stride", storage->key));
  }
  PickledTensor tensor{.storage = *storage, .offset = *offset, .shape = *shape, .strides = *strides};
  const auto count = element_count(tensor.shape);
  const auto last = count == 0 ? std::optional<std::uint64_t>(0) : last_element(tensor);
  if (!count || !last || (*count > 0 && *last >= storage->elements)) {
    return unreadable(
        std::format("a tensor reaches outside its storage '{}' of {} elements", storage->key, storage->elements));
  }
  // A repeated dimension makes a petabyte of one number; nobody who reads the tensor expects that.
  if (*count > storage->elements) {
    return fail(ErrorCode::kUnsupported,
                std::format("a tensor repeats the {} elements of its storage '{}' to {}; save a contiguous() copy instead",
                            storage->elements, storage->key, *count));
  }
  return tensor;
}

Result<Value> rebuild_parameter(std::span<const Ref> arguments, const std::vector<Value>& values) {
  const auto* tensor = arguments.empty() ? nullptr : std::get_if<PickledTensor>(&values[arguments[0]]);
  if (!tensor) return unreadable("a parameter holds no tensor");
  return *tensor;
}

}  // namespace

Result<Value> call_result(std::string_view function, std::span<const Ref> arguments, const std::vector<Value>& values) {
  if (function == "torch._utils._rebuild_tensor_v2" || function == "torch._utils._rebuild_tensor") {
    return rebuild_tensor(arguments, values);
  }
  if (function == "torch._utils._rebuild_parameter" || function == "torch._utils._rebuild_parameter_with_state") {
    return rebuild_parameter(arguments, values);
  }
  // Their items follow as SETITEMS; defaultdict's argument is a class.
  if (function == "collections.OrderedDict" && arguments.empty()) return Dict{};
  if (function == "collections.defaultdict" && arguments.size() <= 1) return Dict{};
  if (std::ranges::contains(kHarmless, function)) return Opaque{};
  return fail(ErrorCode::kUnsupported,
              std::format("it calls {}, which is no plain data: save the network's state_dict() alone", function));
}

Result<Value> persistent_value(const Value& id, const std::vector<Value>& values) {
  const auto* fields = std::get_if<Sequence>(&id);
  if (!fields || fields->items.size() < 5) return unreadable("a storage has fewer than 5 fields");
  const auto field = [&](std::size_t index) -> const Value& { return values[fields->items[index]]; };
  const auto* kind = std::get_if<std::string>(&field(0));
  const auto* type = std::get_if<Global>(&field(1));
  const auto* key = std::get_if<std::string>(&field(2));
  const auto elements = whole_number(field(4));
  if (!kind || *kind != "storage" || !type || !key || key->size() > kMaxKeyLength || !elements) {
    return unreadable("a storage has fields of the wrong kind");
  }
  const auto* known = std::ranges::find(kStorageTypes, std::string_view(type->name), &StorageType::name);
  if (known == kStorageTypes.end()) {
    return fail(ErrorCode::kUnsupported, std::format("its storage '{}' has the unknown type {}", *key, type->name));
  }
  return Storage{.type = known->type, .key = *key, .elements = *elements};
}

}  // namespace vigil::formats

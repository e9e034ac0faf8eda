#include "formats/pickle.h"

#include <bit>
#include <cstring>
#include <format>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "formats/byte_reader.h"
#include "formats/pickle_calls.h"

namespace vigil::formats {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;

constexpr std::size_t kMaxValues = std::size_t{1} << 20;
constexpr std::size_t kMaxGlobalLength = 128;
constexpr int kMaxProtocol = 4;

// clang-format off
// Opcodes bear the names that Python's pickletools gives them.
enum Opcode : std::uint8_t {
  kMark = '(', kStop = '.', kPop = '0', kPopMark = '1', kDup = '2',
  kBinInt = 'J', kBinInt1 = 'K', kBinInt2 = 'M', kLong1 = 0x8a, kLong4 = 0x8b, kBinFloat = 'G',
  kNone = 'N', kNewTrue = 0x88, kNewFalse = 0x89,
  kBinUnicode = 'X', kShortBinUnicode = 0x8c, kBinUnicode8 = 0x8d, kBinString = 'T', kShortBinString = 'U',
  kBinBytes = 'B', kShortBinBytes = 'C', kBinBytes8 = 0x8e,
  kEmptyList = ']', kAppend = 'a', kAppends = 'e', kEmptyTuple = ')', kTuple = 't', kTuple1 = 0x85, kTuple2 = 0x86, kTuple3 = 0x87,
  kEmptyDict = '}', kSetItem = 's', kSetItems = 'u', kEmptySet = 0x8f, kAddItems = 0x90, kFrozenSet = 0x91,
  kBinGet = 'h', kLongBinGet = 'j', kBinPut = 'q', kLongBinPut = 'r', kMemoize = 0x94,
  kGlobal = 'c', kStackGlobal = 0x93, kReduce = 'R', kBuild = 'b', kNewObj = 0x81, kNewObjEx = 0x92, kBinPersId = 'Q',
  kProto = 0x80, kFrame = 0x95,
};
// clang-format on

// The stack machine. Every function that fails leaves it unusable; run() then ends.
class Machine {
 public:
  explicit Machine(std::span<const std::byte> bytes) : in_(bytes) {}

  Result<Pickle> run() {
    while (true) {
      const auto opcode = in_.number<std::uint8_t>();
      if (!opcode) return broken("it ends without a STOP");
      if (*opcode == kStop) break;
      if (auto done = step(*opcode); !done) return std::unexpected(done.error());
    }
    const auto root = pop();
    if (!root) return broken("it leaves nothing behind");
    return Pickle{.values = std::move(values_), .root = *root};
  }

 private:
  std::unexpected<core::Error> broken(std::string_view what) const {
    return fail(ErrorCode::kUnreadable, std::format("byte {} of its pickle: {}", in_.position(), what));
  }

  Status push(Value value) {
    if (values_.size() == kMaxValues) return broken(std::format("it holds more than {} values", kMaxValues));
    values_.push_back(std::move(value));
    stack_.push_back(static_cast<Ref>(values_.size() - 1));
    return {};
  }

  Status push_result(Result<Value> value) {
    if (!value)
      return fail(value.error().code, std::format("byte {} of its pickle: {}", in_.position(), value.error().message));
    return push(std::move(*value));
  }

  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  std::optional<Ref> pop() {
    if (stack_.size() <= floor()) return std::nullopt;
    const Ref top = stack_.back();
    stack_.pop_back();
    return top;
  }

  std::optional<std::vector<Ref>> pop_count(std::size_t count) {
    if (stack_.size() - floor() < count) return std::nullopt;
    std::vector<Ref> items(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return items;
  }

  std::optional<std::vector<Ref>> pop_to_mark() {
    if (marks_.empty()) return std::nullopt;
    auto items = pop_count(stack_.size() - marks_.back());
    marks_.pop_back();
    return items;
  }

  // The value on top of the stack, which stays there.
  template <typename Kind>
  Kind* top() {
    return stack_.size() > floor() ? std::get_if<Kind>(&values_[stack_.back()]) : nullptr;
  }

  Status step(std::uint8_t opcode) {
    switch (opcode) {
      case kProto: return protocol();
      case kFrame: return in_.take(8) ? Status() : broken("a frame is cut short");
      case kMark: marks_.push_back(stack_.size()); return {};
      case kPop: return drop();
      case kPopMark: return pop_to_mark() ? Status() : broken("POP_MARK without a mark");
      case kDup: return push_again(stack_.size() > floor() ? std::optional(stack_.back()) : std::nullopt);

      case kNone: return push(None{});
      case kNewTrue: return push(Value(true));
      case kNewFalse: return push(Value(false));
      case kBinInt: return integer<std::int32_t>();
      case kBinInt1: return integer<std::uint8_t>();
      case kBinInt2: return integer<std::uint16_t>();
      case kLong1: return long_integer(in_.number<std::uint8_t>());
      case kLong4: return long_integer(in_.number<std::uint32_t>());
      case kBinFloat: return real();

      case kShortBinUnicode:
      case kShortBinString: return text(in_.number<std::uint8_t>());
      case kBinUnicode:
      case kBinString: return text(in_.number<std::uint32_t>());
      case kBinUnicode8: return text(in_.number<std::uint64_t>());
      case kShortBinBytes: return raw(in_.number<std::uint8_t>());
      case kBinBytes: return raw(in_.number<std::uint32_t>());
      case kBinBytes8: return raw(in_.number<std::uint64_t>());

      case kEmptyTuple:
      case kEmptyList: return push(Sequence{});
      case kEmptyDict: return push(Dict{});
      case kEmptySet: return push(Opaque{});
      case kTuple: return sequence(pop_to_mark());
      case kTuple1: return sequence(pop_count(1));
      case kTuple2: return sequence(pop_count(2));
      case kTuple3: return sequence(pop_count(3));
      case kFrozenSet: return pop_to_mark() ? push(Opaque{}) : broken("FROZENSET without a mark");
      case kAppend: return append(pop_count(1));
      case kAppends: return append(pop_to_mark());
      case kAddItems: return pop_to_mark() && top<Opaque>() ? Status() : broken("ADDITEMS without a set");
      case kSetItem: return set_items(pop_count(2));
      case kSetItems: return set_items(pop_to_mark());

      case kBinGet: return recall(in_.number<std::uint8_t>());
      case kLongBinGet: return recall(in_.number<std::uint32_t>());
      case kBinPut: return memorise(in_.number<std::uint8_t>());
      case kLongBinPut: return memorise(in_.number<std::uint32_t>());
      case kMemoize: return memorise(static_cast<std::uint32_t>(memo_.size()));

      case kGlobal: return global();
      case kStackGlobal: return stack_global();
      case kReduce:
      case kNewObj: return call(pop_count(2));
      case kNewObjEx: return call(pop_count(3));
      case kBuild: return pop_count(1) && stack_.size() > floor() ? Status() : broken("BUILD without an object");
      case kBinPersId: return persistent(pop());
    }
    return fail(
        ErrorCode::kUnsupported,
        std::format("byte {} of its pickle: opcode 0x{:02x} is none that a state dict needs", in_.position(), opcode));
  }

  Status protocol() {
    const auto version = in_.number<std::uint8_t>();
    if (!version) return broken("it is cut short");
    if (*version > kMaxProtocol) {
      return fail(ErrorCode::kUnsupported,
                  std::format("its pickle has protocol {}, known are 2 to {}", *version, kMaxProtocol));
    }
    return {};
  }

  Status drop() {
    if (pop()) return {};
    if (marks_.empty()) return broken("POP from an empty stack");
    marks_.pop_back();
    return {};
  }

  Status push_again(std::optional<Ref> value) {
    if (!value) return broken("it uses a value that is not there");
    stack_.push_back(*value);
    return {};
  }

  template <typename Number>
  Status integer() {
    const auto number = in_.number<Number>();
    return number ? push(Value(std::int64_t{*number})) : broken("a number is cut short");
  }

  template <typename Size>
  Status long_integer(std::optional<Size> size) {
    const auto bytes = size ? in_.take(*size) : std::nullopt;
    if (!bytes) return broken("a number is cut short");
    if (bytes->size() > sizeof(std::int64_t)) return push(Opaque{});
    const bool negative = !bytes->empty() && (std::to_integer<int>(bytes->back()) & 0x80) != 0;
    std::int64_t value = negative ? -1 : 0;
    if (!bytes->empty()) std::memcpy(&value, bytes->data(), bytes->size());
    return push(Value(value));
  }

  Status real() {
    const auto bits = in_.number<std::uint64_t>();
    return bits ? push(Value(std::bit_cast<double>(std::byteswap(*bits)))) : broken("a number is cut short");
  }

  template <typename Size>
  Status text(std::optional<Size> size) {
    const auto bytes = size ? in_.take(*size) : std::nullopt;
    return bytes ? push(Value(std::string(text_of(*bytes)))) : broken("a string is cut short");
  }

  template <typename Size>
  Status raw(std::optional<Size> size) {
    return size && in_.take(*size) ? push(Opaque{}) : broken("bytes are cut short");
  }

  Status sequence(std::optional<std::vector<Ref>> items) {
    return items ? push(Sequence{std::move(*items)}) : broken("a tuple has too few items");
  }

  Status append(const std::optional<std::vector<Ref>>& items) {
    if (items && top<Opaque>()) return {};
    auto* list = items ? top<Sequence>() : nullptr;
    if (!list) return broken("APPEND without a list");
    list->items.insert(list->items.end(), items->begin(), items->end());
    return {};
  }

  Status set_items(const std::optional<std::vector<Ref>>& items) {
    if (items && top<Opaque>()) return {};
    auto* dict = items ? top<Dict>() : nullptr;
    if (!dict || items->size() % 2 != 0) return broken("SETITEM without a dictionary, or a key without a value");
    for (std::size_t i = 0; i < items->size(); i += 2) dict->items.emplace_back((*items)[i], (*items)[i + 1]);
    return {};
  }

  Status recall(std::optional<std::uint32_t> index) {
    const auto found = index ? memo_.find(*index) : memo_.end();
    return push_again(found != memo_.end() ? std::optional(found->second) : std::nullopt);
  }

  Status memorise(std::optional<std::uint32_t> index) {
    if (!index || stack_.size() <= floor()) return broken("it stores what is not there");
    memo_.insert_or_assign(*index, stack_.back());
    return {};
  }

  Status push_global(std::string_view module, std::string_view name) {
    if (module.size() + name.size() > kMaxGlobalLength) return broken("it names a function with an overlong name");
    return push(Global{std::format("{}.{}", module, name)});
  }

  Status global() {
    const auto module = in_.line();
    const auto name = in_.line();
    return module && name ? push_global(*module, *name) : broken("a function's name is cut short");
  }

  Status stack_global() {
    const auto names = pop_count(2);
    const auto* module = names ? std::get_if<std::string>(&values_[(*names)[0]]) : nullptr;
    const auto* name = names ? std::get_if<std::string>(&values_[(*names)[1]]) : nullptr;
    return module && name ? push_global(*module, *name) : broken("a function has no name");
  }

  // Function and arguments, and for NEWOBJ_EX keyword arguments, which nothing in the list of calls has.
  Status call(const std::optional<std::vector<Ref>>& parts) {
    const auto* function = parts ? std::get_if<Global>(&values_[(*parts)[0]]) : nullptr;
    const auto* arguments = parts ? std::get_if<Sequence>(&values_[(*parts)[1]]) : nullptr;
    if (!function || !arguments) return broken("it calls something that is no function");
    return push_result(call_result(function->name, arguments->items, values_));
  }

  Status persistent(std::optional<Ref> id) {
    return id ? push_result(persistent_value(values_[*id], values_)) : broken("BINPERSID of an empty stack");
  }

  ByteReader in_;
  std::vector<Value> values_;
  std::vector<Ref> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint32_t, Ref> memo_;
};

}  // namespace

Result<Pickle> read_pickle(std::span<const std::byte> bytes) { return Machine(bytes).run(); }

}  // namespace vigil::formats

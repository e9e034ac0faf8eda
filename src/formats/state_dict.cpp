#include "formats/state_dict.h"

#include <format>
#include <optional>
#include <string_view>

namespace vigil::formats {
namespace {

using core::ErrorCode;
using core::fail;
using core::Status;

constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxNameLength = 1024;
constexpr std::size_t kMaxNames = std::size_t{64} << 20;  // characters of all names together
constexpr std::size_t kMaxSteps = std::size_t{1} << 20;   // values that are shared are walked each time they occur

// Views into the pickle; anything else than text and whole numbers is no key that a tensor's name could hold.
std::optional<std::string> key_text(const Value& key) {
  if (const auto* text = std::get_if<std::string>(&key)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&key)) return std::to_string(*number);
  return std::nullopt;
}

class Walk {
 public:
  explicit Walk(const Pickle& pickle) : pickle_(pickle) {}

  Status visit(Ref ref, const std::string& name, int depth) {
    if (++steps_ > kMaxSteps) return wrong(name, std::format("is one of more than {} values", kMaxSteps));
    const Value& value = pickle_.values[ref];
    if (const auto* tensor = std::get_if<PickledTensor>(&value)) return add(name, *tensor);
    const auto* dict = std::get_if<Dict>(&value);
    const auto* sequence = std::get_if<Sequence>(&value);
    if ((dict || sequence) && depth == kMaxDepth)
      return wrong(name, std::format("is nested more than {} levels", kMaxDepth));
    if (dict) return visit_dict(*dict, name, depth);
    if (sequence) return visit_sequence(*sequence, name, depth);
    return {};
  }

  std::map<std::string, PickledTensor> take() { return std::move(tensors_); }

 private:
  static std::unexpected<core::Error> wrong(std::string_view name, std::string_view what) {
    return fail(ErrorCode::kUnreadable, std::format("its value '{}' {}", name.substr(0, kMaxNameLength), what));
  }

  Status add(const std::string& name, const PickledTensor& tensor) {
    names_ += name.size();
    if (names_ > kMaxNames) return wrong(name, std::format("is one of those whose names exceed {} characters", kMaxNames));
    if (!tensors_.emplace(name, tensor).second) return wrong(name, "is there twice");
    return {};
  }

  Status visit_child(Ref value, const std::string& parent, std::string_view key, int depth) {
    if (parent.size() + key.size() >= kMaxNameLength) return wrong(parent, "holds a name that is too long");
    const std::string name = parent.empty() ? std::string(key) : std::format("{}.{}", parent, key);
    return visit(value, name, depth + 1);
  }

  Status visit_dict(const Dict& dict, const std::string& name, int depth) {
    for (const auto& [key, value] : dict.items) {
      const auto text = key_text(pickle_.values[key]);
      if (!text) continue;
      if (auto done = visit_child(value, name, *text, depth); !done) return done;
    }
    return {};
  }

  Status visit_sequence(const Sequence& sequence, const std::string& name, int depth) {
    for (std::size_t i = 0; i < sequence.items.size(); ++i) {
      if (auto done = visit_child(sequence.items[i], name, std::to_string(i), depth); !done) return done;
    }
    return {};
  }

  const Pickle& pickle_;
  std::map<std::string, PickledTensor> tensors_;
  std::size_t names_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace

core::Result<std::map<std::string, PickledTensor>> flatten_state_dict(const Pickle& pickle) {
  Walk walk(pickle);
  if (auto done = walk.visit(pickle.root, "", 0); !done) return std::unexpected(done.error());
  auto tensors = walk.take();
  if (tensors.empty()) return fail(ErrorCode::kUnreadable, "it holds no tensor");
  return tensors;
}

}  // namespace vigil::formats

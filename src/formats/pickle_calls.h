// What a pickle's calls and persistent ids stand for: the closed list of functions that a torch checkpoint may call.
//
//   auto value = call_result("torch._utils._rebuild_tensor_v2", arguments, values);   // a PickledTensor
//
// For pickle.cpp alone.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "formats/pickle.h"

namespace vigil::formats {

// Errors: kUnsupported (a function outside the list: names it), kUnreadable (arguments that do not fit).
core::Result<Value> call_result(std::string_view function, std::span<const Ref> arguments, const std::vector<Value>& values);

// `id` is what torch.save stores for a storage: ("storage", type, key, location, elements). Errors: kUnreadable,
// kUnsupported.
core::Result<Value> persistent_value(const Value& id, const std::vector<Value>& values);

}  // namespace vigil::formats

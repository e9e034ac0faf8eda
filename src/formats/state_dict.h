// State dict: the tensors of a pickle by their full names.
//
//   auto tensors = flatten_state_dict(*read_pickle(bytes));
//   const PickledTensor& weight = tensors->at("model.backbone.0.weight");
//
// Keys of nested dictionaries, and places in lists and tuples, are joined with "."; wrappers such as "model" or "ema" stay
// visible. What is no tensor (epoch counters, options) is left out.
#pragma once

#include <map>
#include <string>

#include "core/result.h"
#include "formats/pickle.h"

namespace vigil::formats {

// Errors: kUnreadable: no tensor at all, a name given twice, longer than 1024 characters, or nested more than 32 levels;
// values that contain themselves end there too.
core::Result<std::map<std::string, PickledTensor>> flatten_state_dict(const Pickle& pickle);

}  // namespace vigil::formats

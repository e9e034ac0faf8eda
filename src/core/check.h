// VIGIL_CHECK and VIGIL_DCHECK: assertions about our own code. A failure is a bug; it prints where and aborts.
//
//   VIGIL_CHECK(count >= 0, "count of a ring buffer");
//
// VIGIL_CHECK stays on in release; VIGIL_DCHECK is compiled only in the dev preset. Neither may be reachable from a file, a
// camera, a model file or a request: those are validated at the door and reported with core/result.h.
#pragma once

#include <string_view>

namespace vigil::core {

[[noreturn]] void check_failed(std::string_view expression, std::string_view what, std::string_view file, int line);

}  // namespace vigil::core

#define VIGIL_CHECK(condition, what) \
  ((condition) ? static_cast<void>(0) : ::vigil::core::check_failed(#condition, (what), __FILE__, __LINE__))

#ifdef VIGIL_DCHECK_ON
#define VIGIL_DCHECK(condition, what) VIGIL_CHECK(condition, what)
#else
#define VIGIL_DCHECK(condition, what) static_cast<void>(0)
#endif

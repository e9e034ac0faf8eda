// usable_cores: how many of the machine's cores this process may use.
#pragma once

namespace vigil::core {

int usable_cores();  // at least 1

}  // namespace vigil::core

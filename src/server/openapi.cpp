#include "server/openapi.h"

#include <cstddef>

// The assembler's .incbin, because GCC 14 has no #embed yet; CMake names the file and rebuilds this one when it changes.
asm(".pushsection .rodata\n"
    ".hidden vigil_openapi\n.global vigil_openapi\n"
    ".hidden vigil_openapi_end\n.global vigil_openapi_end\n"
    "vigil_openapi:\n.incbin \"" VIGIL_OPENAPI_FILE
    "\"\nvigil_openapi_end:\n"
    ".byte 0\n.popsection\n");
extern "C" const char vigil_openapi[];
extern "C" const char vigil_openapi_end[];

namespace vigil::server {

std::string_view openapi() { return {vigil_openapi, static_cast<std::size_t>(vigil_openapi_end - vigil_openapi)}; }

}  // namespace vigil::server

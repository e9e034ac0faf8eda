# Compiler options of our own code, as one interface target that every room, test and tool links.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(vigil_options INTERFACE)
target_compile_options(vigil_options INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
target_compile_definitions(vigil_options INTERFACE
  VIGIL_VERSION="${PROJECT_VERSION}"
  $<$<CONFIG:Debug>:VIGIL_DCHECK_ON>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 14 sees phantom out-of-bounds and maybe-uninitialised reads through std::variant and std::expected.
  target_compile_options(vigil_options INTERFACE -Wno-maybe-uninitialized -Wno-error=array-bounds -Wno-error=stringop-overflow)
endif()
if(VIGIL_SANITIZE)
  target_compile_options(vigil_options INTERFACE -fsanitize=${VIGIL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(vigil_options INTERFACE -fsanitize=${VIGIL_SANITIZE})
endif()
if(VIGIL_FUZZ)
  target_compile_options(vigil_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

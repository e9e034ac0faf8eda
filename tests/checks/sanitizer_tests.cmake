# Read by ctest, not by the build: adds the tests of build/asan-ubsan, where it was built, to the run of build/release.
set(sanitizer_tests ${CMAKE_CURRENT_LIST_DIR}/../../build/asan-ubsan/tests)
if(EXISTS ${sanitizer_tests}/CTestTestfile.cmake)
  subdirs(${sanitizer_tests})
endif()

# Read by ctest, not by the build: adds the tests of the sanitizer and fuzz builds, where they were built, to the run of
# build/release.
foreach(tests asan-ubsan/tests tsan/tests/pipeline fuzz/fuzz)
  set(tests ${CMAKE_CURRENT_LIST_DIR}/../../build/${tests})
  if(EXISTS ${tests}/CTestTestfile.cmake)
    subdirs(${tests})
  endif()
endforeach()

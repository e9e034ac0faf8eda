# Foreign libraries. A room names the ones it uses; all but header-only ones stay private to its .cpp files.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(FFmpeg REQUIRED IMPORTED_TARGET
  libavformat libavcodec libavutil libswscale libavdevice)

find_path(VIGIL_CLI11_INCLUDE CLI/CLI.hpp REQUIRED)
find_path(VIGIL_JSON_INCLUDE nlohmann/json.hpp REQUIRED)
add_library(vigil_cli11 INTERFACE)
target_include_directories(vigil_cli11 SYSTEM INTERFACE ${VIGIL_CLI11_INCLUDE})
add_library(vigil_json INTERFACE)
target_include_directories(vigil_json SYSTEM INTERFACE ${VIGIL_JSON_INCLUDE})
find_package(tomlplusplus REQUIRED)

# Debian ships OpenCV's modules apart; the CMake package comes only with all of them, so the few that are used are found by name.
find_path(VIGIL_OPENCV_INCLUDE opencv2/imgproc.hpp PATH_SUFFIXES opencv4 REQUIRED)
foreach(module core dnn imgproc objdetect video)
  find_library(VIGIL_OPENCV_${module} opencv_${module} REQUIRED)
  add_library(vigil_opencv_${module} INTERFACE)
  target_include_directories(vigil_opencv_${module} SYSTEM INTERFACE ${VIGIL_OPENCV_INCLUDE})
  target_link_libraries(vigil_opencv_${module} INTERFACE ${VIGIL_OPENCV_${module}} ${VIGIL_OPENCV_core})
endforeach()

find_package(Protobuf REQUIRED)  # before Torch, whose own lookup leaves the generator function out

pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
add_library(vigil_sodium ALIAS PkgConfig::sodium)
# Debian's SOCI names no package for pkg-config.
find_path(VIGIL_SOCI_INCLUDE soci/soci.h REQUIRED)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
add_library(vigil_soci INTERFACE)
target_include_directories(vigil_soci SYSTEM INTERFACE ${VIGIL_SOCI_INCLUDE})
foreach(part core sqlite3 postgresql)
  find_library(VIGIL_SOCI_${part} soci_${part} REQUIRED)
  target_link_libraries(vigil_soci INTERFACE ${VIGIL_SOCI_${part}})
endforeach()
target_link_libraries(vigil_soci INTERFACE PkgConfig::sqlite3 PkgConfig::libpq)

pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
add_library(vigil_curl ALIAS PkgConfig::curl)

pkg_check_modules(mosquitto REQUIRED IMPORTED_TARGET libmosquitto)
add_library(vigil_mosquitto ALIAS PkgConfig::mosquitto)
pkg_check_modules(openssl REQUIRED IMPORTED_TARGET openssl)
add_library(vigil_openssl ALIAS PkgConfig::openssl)
pkg_check_modules(oath REQUIRED IMPORTED_TARGET liboath)
add_library(vigil_oath ALIAS PkgConfig::oath)

# Headers alone: Asio and Beast.
find_path(VIGIL_BOOST_INCLUDE boost/beast.hpp REQUIRED)
add_library(vigil_boost INTERFACE)
target_include_directories(vigil_boost SYSTEM INTERFACE ${VIGIL_BOOST_INCLUDE})
target_link_libraries(vigil_boost INTERFACE Threads::Threads)

# Drogon's own CMake package asks for the headers of every database that it was built with; the server uses none of them.
find_path(VIGIL_DROGON_INCLUDE drogon/drogon.h REQUIRED)
find_path(VIGIL_JSONCPP_INCLUDE json/json.h PATH_SUFFIXES jsoncpp REQUIRED)
add_library(vigil_drogon INTERFACE)
target_include_directories(vigil_drogon SYSTEM INTERFACE ${VIGIL_DROGON_INCLUDE} ${VIGIL_JSONCPP_INCLUDE})
foreach(part drogon trantor jsoncpp)
  find_library(VIGIL_DROGON_${part} ${part} REQUIRED)
  target_link_libraries(vigil_drogon INTERFACE ${VIGIL_DROGON_${part}})
endforeach()
target_link_libraries(vigil_drogon INTERFACE Threads::Threads)

if(VIGIL_TORCH)
  # The threads that libtorch computes with. The library alone: -fopenmp would not fit the precompiled header.
  find_package(OpenMP REQUIRED COMPONENTS CXX)
  add_library(vigil_openmp INTERFACE)
  target_link_libraries(vigil_openmp INTERFACE ${OpenMP_gomp_LIBRARY})
  # The library that libtorch computes convolutions with.
  find_path(VIGIL_ONEDNN_INCLUDE oneapi/dnnl/dnnl.hpp REQUIRED)
  find_library(VIGIL_ONEDNN_LIBRARY dnnl REQUIRED)
  add_library(vigil_onednn INTERFACE)
  target_include_directories(vigil_onednn SYSTEM INTERFACE ${VIGIL_ONEDNN_INCLUDE})
  target_link_libraries(vigil_onednn INTERFACE ${VIGIL_ONEDNN_LIBRARY})
  find_package(Torch REQUIRED)
  add_library(vigil_torch INTERFACE)
  target_include_directories(vigil_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(vigil_torch INTERFACE ${TORCH_LIBRARIES})
endif()

find_package(GTest REQUIRED)

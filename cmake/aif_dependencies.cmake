# Every third-party package, found once; also read by an installed aifactoryConfig.cmake. Which folder may include which is
# checked by tests/architecture; why each is used stands in docs/decisions/0005-dependencies.md.
find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(Boost REQUIRED CONFIG)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(LibLZMA REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(HDF5 REQUIRED COMPONENTS C HL)
find_package(pagmo REQUIRED)
find_path(AIF_RANDOM123 Random123/philox.h REQUIRED)  # header-only, without a CMake package
find_path(AIF_DATE date/date.h REQUIRED)              # header-only use
if(AIF_TESTS)
  find_package(doctest REQUIRED)
endif()
if(AIF_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()
if(NOT TARGET yaml-cpp::yaml-cpp)  # Debian 12's version has the plain name only
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

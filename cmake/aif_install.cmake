# The install tree: the program, the facts it reads, and the libraries with their headers for find_package(aifactory CONFIG).
include(CMakePackageConfigHelpers)

install(TARGETS aifactory RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY core contracts models workloads sim validation gpu_calibration reports cli
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/aifactory FILES_MATCHING PATTERN "*.hpp"
        PATTERN "node_modules" EXCLUDE)
install(DIRECTORY library scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/aifactory)
install(DIRECTORY validation/data DESTINATION ${CMAKE_INSTALL_DATADIR}/aifactory/validation)
install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/aifactory)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/aifactory)
install(TARGETS aif_flags EXPORT aifactory_targets)
install(EXPORT aifactory_targets NAMESPACE aifactory:: DESTINATION ${package_folder})
write_basic_package_version_file("${CMAKE_BINARY_DIR}/aifactoryConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES cmake/aifactoryConfig.cmake cmake/aif_dependencies.cmake "${CMAKE_BINARY_DIR}/aifactoryConfigVersion.cmake"
        DESTINATION ${package_folder})

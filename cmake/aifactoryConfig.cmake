# find_package(aifactory CONFIG) gives aifactory::core, aifactory::contracts, aifactory::power and so on: one library a room.
include("${CMAKE_CURRENT_LIST_DIR}/aif_dependencies.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/aifactory_targets.cmake")

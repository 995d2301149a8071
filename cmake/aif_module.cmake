# aif_library(NAME [LINK target...]): a static library of every .cpp of the calling folder and the folders below it.
# A new source file needs no edit here: the list is made anew when it changes.
function(aif_library name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC aif_flags ${ARG_LINK})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE aif_flags ${ARG_LINK})
  endif()
endfunction()

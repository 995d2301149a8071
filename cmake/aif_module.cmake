# aif_library(NAME [LINK target...]): a static library of every .cpp of the calling folder and the folders below it, installed as
# aifactory::name. A new source file needs no edit here: the list is made anew when it changes.
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
  string(REGEX REPLACE "^aif_" "" public_name ${name})
  set_target_properties(${name} PROPERTIES EXPORT_NAME ${public_name})
  install(TARGETS ${name} EXPORT aifactory_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# aif_embed(TARGET FILE SYMBOL): the text of FILE as `char const* const aif::SYMBOL`, for fitted tables that a library reads.
function(aif_embed target file symbol)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  file(READ "${file}" text)
  file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp" @ONLY CONTENT "namespace aif {
extern char const* const @symbol@;
char const* const @symbol@ = R\"~embedded~(@text@)~embedded~\";
}  // namespace aif
")
  target_sources(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp")
endfunction()

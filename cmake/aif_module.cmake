# aif_library(NAME [PLAIN] [LINK target...]): a static library of every .cpp of the calling folder and the folders below it, installed
# as aifactory::name. A new source file needs no edit here: the list is made anew when it changes. PLAIN: code that reads, prints and
# asks the models rather than computes; it is compiled at -O1, which takes two thirds of the time.
function(aif_library name)
  cmake_parse_arguments(ARG "PLAIN" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC aif_flags ${ARG_LINK})
    aif_unity(${name} ${sources})
    if(ARG_PLAIN)
      target_compile_options(${name} PRIVATE "$<$<CONFIG:Release>:-O1>")
    endif()
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE aif_flags ${ARG_LINK})
  endif()
  string(REGEX REPLACE "^aif_" "" public_name ${name})
  set_target_properties(${name} PROPERTIES EXPORT_NAME ${public_name})
  install(TARGETS ${name} EXPORT aifactory_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# Compiles the sources of a target six at a time, those of one folder together: the headers are read once for all six, which takes a
# third of the time of a first build. With AIF_UNITY off each is compiled alone; names of one folder must not clash either way.
function(aif_unity name)
  if(NOT AIF_UNITY)
    return()
  endif()
  set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  foreach(source ${ARGN})
    get_filename_component(folder "${source}" DIRECTORY)
    string(MAKE_C_IDENTIFIER "${folder}" folder)
    math(EXPR count_${folder} "${count_${folder}} + 0")
    math(EXPR batch "${count_${folder}} / 6")
    math(EXPR count_${folder} "${count_${folder}} + 1")
    file(RELATIVE_PATH label "${CMAKE_CURRENT_SOURCE_DIR}" "${source}")
    get_filename_component(label "${label}" DIRECTORY)
    string(MAKE_C_IDENTIFIER "unity_${label}_${batch}" label)
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP ${label})
  endforeach()
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

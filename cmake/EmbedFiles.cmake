# inkwell_embed_files(target NAMESPACE ns FUNCTION name BASE dir FILES a b… [GZIP])
# Adds to the target a source with `std::span<const EmbeddedFile> <ns>::<name>()`, the files' names (relative to BASE) and
# contents, so that a program is one file to deploy; with GZIP also the compressed contents. Declared in "embedded_file.h".
function(inkwell_embed_files target)
  cmake_parse_arguments(arg "GZIP" "NAMESPACE;FUNCTION;BASE" "FILES" ${ARGN})
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${target}_${arg_FUNCTION}.cc")
  set(paths)
  foreach(file IN LISTS arg_FILES)
    list(APPEND paths "${arg_BASE}/${file}")
  endforeach()
  add_custom_command(
    OUTPUT "${out}"
    COMMAND "${CMAKE_COMMAND}" "-DOUT=${out}" "-DNS=${arg_NAMESPACE}" "-DFUNCTION=${arg_FUNCTION}" "-DBASE=${arg_BASE}"
            "-DFILES=${arg_FILES}" "-DGZIP=${arg_GZIP}" -P "${PROJECT_SOURCE_DIR}/cmake/embed_files_script.cmake"
    DEPENDS ${paths} "${PROJECT_SOURCE_DIR}/cmake/embed_files_script.cmake"
    COMMENT "Embedding files of ${target}"
    VERBATIM)
  target_sources(${target} PRIVATE "${out}")
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/cmake/include")
endfunction()

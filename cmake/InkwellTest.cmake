# inkwell_test(name LABEL label SOURCES a.cc… LIBRARIES lib… [TIMEOUT seconds])
# One GoogleTest program, one CTest entry. Labels: unit, integration, conformance, e2e, faults (./dev test <label> runs one of them).
function(inkwell_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE inkwell::options ${arg_LIBRARIES} GTest::gtest_main GTest::gmock)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT}
    ENVIRONMENT "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp:ignore_noninstrumented_modules=1:halt_on_error=1;LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/lsan.supp;INKWELL_BIN=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  inkwell_build_for_tests(${arg_LABEL} ${name})
endfunction()

# inkwell_build_for_tests(label target…): what the tests of a label need is built by the target tests-<label>.
function(inkwell_build_for_tests label)
  if(NOT TARGET tests-${label})
    add_custom_target(tests-${label})
  endif()
  add_dependencies(tests-${label} ${ARGN})
endfunction()

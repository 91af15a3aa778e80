# inkwell_proto_library(target PROTOS a.proto… [GRPC])
# Generates the C++ of the protos, found below protos/ and protos/third_party/, into the build tree. The generated code is
# compiled without our warnings and seen by its users as a system header.
function(inkwell_proto_library target)
  cmake_parse_arguments(arg "GRPC" "" "PROTOS;DEPENDS" ${ARGN})
  set(out "${CMAKE_BINARY_DIR}/gen")
  file(MAKE_DIRECTORY "${out}")
  get_target_property(plugin gRPC::grpc_cpp_plugin IMPORTED_LOCATION_NONE)
  if(NOT plugin)
    find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
    set(plugin "${GRPC_CPP_PLUGIN}")
  endif()
  set(sources)
  foreach(proto IN LISTS arg_PROTOS)
    string(REGEX REPLACE "^third_party/" "" import "${proto}")
    string(REGEX REPLACE "\\.proto$" "" stem "${import}")
    set(products "${out}/${stem}.pb.cc" "${out}/${stem}.pb.h")
    set(command protobuf::protoc "-I${PROJECT_SOURCE_DIR}/protos" "-I${PROJECT_SOURCE_DIR}/protos/third_party" "--cpp_out=${out}")
    if(arg_GRPC)
      list(APPEND products "${out}/${stem}.grpc.pb.cc" "${out}/${stem}.grpc.pb.h")
      list(APPEND command "--grpc_out=${out}" "--plugin=protoc-gen-grpc=${plugin}")
    endif()
    add_custom_command(
      OUTPUT ${products}
      COMMAND ${command} "${import}"
      DEPENDS "${PROJECT_SOURCE_DIR}/protos/${proto}"
      COMMENT "protoc ${import}"
      VERBATIM)
    list(APPEND sources ${products})
  endforeach()
  add_library(${target} STATIC ${sources})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} SYSTEM PUBLIC "${out}")
  target_link_libraries(${target} PUBLIC protobuf::libprotobuf ${arg_DEPENDS} PRIVATE inkwell::sanitizers)
  if(arg_GRPC)
    target_link_libraries(${target} PUBLIC gRPC::grpc++)
  endif()
endfunction()

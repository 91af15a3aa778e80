# inkwell::options: what every target of ours is compiled with. Generated code and packages do not link it.
add_library(inkwell_options INTERFACE)
add_library(inkwell::options ALIAS inkwell_options)

target_compile_features(inkwell_options INTERFACE cxx_std_20)
target_compile_options(inkwell_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Wswitch
  -Werror)

if(INKWELL_SANITIZE STREQUAL "address")
  set(_sanitize -fsanitize=address,undefined -fno-sanitize-recover=undefined)
elseif(INKWELL_SANITIZE STREQUAL "thread")
  # GCC warns that it cannot model atomic_thread_fence; ours has none, the packages' headers do.
  set(_sanitize -fsanitize=thread -Wno-error=tsan)
elseif(INKWELL_SANITIZE STREQUAL "fuzz")
  set(_sanitize -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined)
elseif(INKWELL_SANITIZE)
  message(FATAL_ERROR "INKWELL_SANITIZE must be empty, address, thread or fuzz, not '${INKWELL_SANITIZE}'")
endif()

# inkwell::sanitizers is apart, because generated code is instrumented too: a race seen from one side only is not seen.
add_library(inkwell_sanitizers INTERFACE)
add_library(inkwell::sanitizers ALIAS inkwell_sanitizers)
target_compile_options(inkwell_sanitizers INTERFACE ${_sanitize})
target_link_options(inkwell_sanitizers INTERFACE ${_sanitize})
target_link_libraries(inkwell_options INTERFACE inkwell_sanitizers)

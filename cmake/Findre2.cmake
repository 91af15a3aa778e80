# RE2, which gRPC's package looks for: its own search asks pkg-config, and with Debian 13's Abseil that takes minutes, because each of a
# hundred libraries is looked at again for every one that needs it.
find_library(RE2_LIBRARY re2)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(re2 REQUIRED_VARS RE2_LIBRARY)
if(re2_FOUND AND NOT TARGET re2::re2)
  add_library(re2::re2 UNKNOWN IMPORTED)
  set_target_properties(re2::re2 PROPERTIES IMPORTED_LOCATION "${RE2_LIBRARY}" INTERFACE_COMPILE_OPTIONS -pthread)
endif()
mark_as_advanced(RE2_LIBRARY)

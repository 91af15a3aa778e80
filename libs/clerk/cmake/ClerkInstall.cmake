# What `cmake --install BUILD --component clerk --prefix P` puts into P: the library, its headers, the CMake package and clerk-explain.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(_clerk_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/clerk")
install(TARGETS clerk EXPORT clerkTargets COMPONENT clerk FILE_SET HEADERS)
install(TARGETS clerk-explain COMPONENT clerk)
install(EXPORT clerkTargets NAMESPACE clerk:: DESTINATION "${_clerk_package_dir}" COMPONENT clerk)

get_target_property(CLERK_LIBRARY_TYPE clerk TYPE)
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/clerkConfig.cmake.in" "${CMAKE_CURRENT_BINARY_DIR}/clerkConfig.cmake"
  INSTALL_DESTINATION "${_clerk_package_dir}")
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/clerkConfigVersion.cmake"
  VERSION "${CLERK_VERSION_STRING}" COMPATIBILITY ${CLERK_COMPATIBILITY})
install(
  FILES
    "${CMAKE_CURRENT_BINARY_DIR}/clerkConfig.cmake"
    "${CMAKE_CURRENT_BINARY_DIR}/clerkConfigVersion.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/Findhttplib.cmake"
  DESTINATION "${_clerk_package_dir}" COMPONENT clerk)
install(FILES README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT clerk)

# What an installation holds: the tools and their manual pages (their own directories install those), the
# library with its headers, a CMake package, examples. `cpack` makes a .deb of the same.
include(CMakePackageConfigHelpers)

install(TARGETS phasic EXPORT phasicTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
# The room cli is what the tools share, not an interface of the library.
foreach(room base store graph model trace replay moments)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/lib/${room} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/phasic
          FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h" PATTERN "lua_*" EXCLUDE PATTERN "*-inl.hpp" EXCLUDE)
endforeach()

# What models written in C++ include.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/phasic DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

set(phasic_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/phasic)
install(EXPORT phasicTargets NAMESPACE phasic:: DESTINATION ${phasic_package_dir})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/phasicConfig.cmake.in ${PROJECT_BINARY_DIR}/phasicConfig.cmake
                              INSTALL_DESTINATION ${phasic_package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/phasicConfigVersion.cmake COMPATIBILITY SameMinorVersion)
file(GLOB phasic_find_modules ${CMAKE_CURRENT_LIST_DIR}/Find*.cmake)
install(FILES ${PROJECT_BINARY_DIR}/phasicConfig.cmake ${PROJECT_BINARY_DIR}/phasicConfigVersion.cmake
              ${phasic_find_modules}
        DESTINATION ${phasic_package_dir})

if(EXISTS ${PROJECT_SOURCE_DIR}/examples)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples DESTINATION ${CMAKE_INSTALL_DATADIR}/phasic)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/CHANGELOG.md
              ${PROJECT_SOURCE_DIR}/CITATION.cff
        DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "phasic maintainers <maintainers@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
include(CPack)

# Targets of this project. Every folder is one target with declared dependencies:
#
#   systole_library(NAME SOURCES ... [DEPS ...] [SYSTEM ...])       adapter, shell or tool library
#   systole_core_library(NAME SOURCES ... [DEPS ...])               pure core: link-tested against DEPS alone
#   systole_executable(NAME OUTPUT FILE SOURCES ... [DEPS ...] [INSTALL DIR])
#   systole_test(NAME SOURCES ... [DEPS ...])                       GoogleTest program, registered with CTest
#
# Target names are the folder's path with underscores (lib_base, crmd_core).

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1 -fno-omit-frame-pointer")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")

find_program(SYSTOLE_CCACHE ccache)
if(SYSTOLE_CCACHE)
  # Paths relative to the checkout, so that several checkouts share one cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
                                  CCACHE_NOHASHDIR=1 ${SYSTOLE_CCACHE})
endif()
find_program(SYSTOLE_MOLD mold)
if(SYSTOLE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Where the preset asks for it, the files of a folder are compiled together: headers are parsed and
# templates instantiated once for all, in well under half the time. Names in unnamed namespaces must
# therefore differ within a folder.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
if(CMAKE_UNITY_BUILD)
  # The compiler takes every file but the one it was called with for a header.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()

option(SYSTOLE_WERROR "A warning of the compiler is an error" ON)
add_compile_options(-Wall -Wextra $<$<BOOL:${SYSTOLE_WERROR}>:-Werror> -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough
                    -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(SYSTOLE_SANITIZE)
  # Without the checks that instrument every access through a pointer: a null one faults by itself,
  # AddressSanitizer knows the bounds, and they would cost a third of the time that a build takes.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
                      -fno-sanitize=null,alignment,object-size,vptr)
  add_link_options(-fsanitize=address,undefined)
endif()

if(SYSTOLE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

find_package(PkgConfig REQUIRED)
pkg_check_modules(QB REQUIRED IMPORTED_TARGET libqb)
pkg_check_modules(COROSYNC REQUIRED IMPORTED_TARGET libcpg libquorum libcmap libcfg libvotequorum)
pkg_check_modules(LIBXML2 REQUIRED IMPORTED_TARGET libxml-2.0)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(GNUTLS REQUIRED IMPORTED_TARGET gnutls)
find_package(GTest REQUIRED)
find_package(Threads REQUIRED)

# Everything that `cmake --install` copies, without the tests.
add_custom_target(product)

function(systole_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;SYSTEM" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS} ${ARG_SYSTEM})
endfunction()

# The link test takes every object of the core and resolves it against the declared
# dependencies alone, so that an undeclared one fails the build and not a reviewer's eye.
function(systole_core_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  systole_library(${name} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS})
  add_executable(${name}_link_test ${CMAKE_SOURCE_DIR}/cmake/link_test.cc)
  target_link_libraries(${name}_link_test PRIVATE -Wl,--whole-archive ${name} -Wl,--no-whole-archive
                                                  -Wl,--no-undefined)
  add_test(NAME ${name}_link_test COMMAND ${name}_link_test)
  set_tests_properties(${name}_link_test PROPERTIES LABELS "unit")
  set_property(GLOBAL APPEND PROPERTY SYSTOLE_CORES ${name})
endfunction()

function(systole_executable name)
  cmake_parse_arguments(ARG "" "OUTPUT;INSTALL" "SOURCES;DEPS;SYSTEM" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} ${ARG_SYSTEM})
  set_target_properties(${name} PROPERTIES OUTPUT_NAME ${ARG_OUTPUT}
                                           RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  if(ARG_INSTALL)
    install(TARGETS ${name} RUNTIME DESTINATION ${ARG_INSTALL})
    add_dependencies(product ${name})
    # What has a man page of its own: tools by their help, daemons by their metadata.
    if(ARG_INSTALL STREQUAL sbin)
      set_property(GLOBAL APPEND PROPERTY SYSTOLE_TOOLS ${name})
    else()
      set_property(GLOBAL APPEND PROPERTY SYSTOLE_DAEMONS ${name})
    endif()
  endif()
endfunction()

function(systole_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;SYSTEM" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE SYSTOLE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                             SYSTOLE_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} ${ARG_SYSTEM} GTest::gtest GTest::gmock
                                        GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  # Tests are compiled often and run once: with sanitizers this halves the time they take to build.
  target_compile_options(${name} PRIVATE -O0)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "unit" TIMEOUT 300)
endfunction()

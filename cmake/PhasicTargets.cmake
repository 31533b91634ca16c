# What every target of ours has in common: C++20, our warnings, no contraction of a*b+c behind our back
# (the same bits on every processor), sanitizers where asked.
add_library(phasic_build_options INTERFACE)
target_compile_features(phasic_build_options INTERFACE cxx_std_20)
target_compile_options(phasic_build_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -ffp-contract=off
  # GCC takes a file that a batch includes for a header, which must not have types of its own.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wno-subobject-linkage>
  $<$<BOOL:${PHASIC_WERROR}>:-Werror>)
if(PHASIC_SANITIZE)
  target_compile_options(phasic_build_options INTERFACE
    -fsanitize=${PHASIC_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(PHASIC_SANITIZE MATCHES "address")
    target_compile_options(phasic_build_options INTERFACE
      -fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/cmake/unchecked.txt)
    target_compile_definitions(phasic_build_options INTERFACE _GLIBCXX_ASSERTIONS)
  endif()
  # Where code lies is known when it is linked: there are megabytes of addresses to adjust at each start otherwise.
  target_link_options(phasic_build_options INTERFACE -fsanitize=${PHASIC_SANITIZE}
    $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-no-pie>)
  if(PHASIC_SANITIZE MATCHES "fuzzer")
    target_compile_options(phasic_build_options INTERFACE
      -fsanitize-coverage-allowlist=${PROJECT_SOURCE_DIR}/cmake/fuzzed.txt)
  endif()
endif()
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

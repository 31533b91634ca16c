# Everything comes from the system's packages; nothing is downloaded. Optional parts are skipped with a message.
if(PHASIC_STATIC)
  set(OPENSSL_USE_STATIC_LIBS TRUE)
  set(phasic_archive_suffixes ".a;.so")
else()
  set(phasic_archive_suffixes ".so;.a")
endif()

find_package(OpenSSL 3 QUIET COMPONENTS Crypto)
if(NOT OpenSSL_FOUND)
  message(STATUS "No archive of OpenSSL: its shared library is taken")
  unset(OPENSSL_USE_STATIC_LIBS)
  unset(OPENSSL_CRYPTO_LIBRARY CACHE)
  find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
endif()
find_package(fmt 9 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(Threads REQUIRED)
find_package(Mpfr 4.1 REQUIRED)
find_package(LuaCxx 5.4 REQUIRED)
find_package(Amd REQUIRED)
find_package(Highway 1.0 REQUIRED)

# Whether a tool can be linked without a single shared library.
set(phasic_all_archives TRUE)
foreach(library ${OPENSSL_CRYPTO_LIBRARY} ${Mpfr_LIBRARY} ${Gmp_LIBRARY} ${LuaCxx_LIBRARY} ${Amd_LIBRARY}
                ${Amd_CONFIG_LIBRARY})
  if(NOT library MATCHES "\\.a$")
    set(phasic_all_archives FALSE)
  endif()
endforeach()

find_program(PHASIC_SCDOC scdoc)

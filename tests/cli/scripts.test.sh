# scripts/install-dependencies calls apt only for what is missing, and as root only where it must.
. "$(dirname "$0")/harness.sh"

install="$PHASIC_SOURCE/scripts/install-dependencies"

# Commands that only say that they were called, in front of the real ones.
pretend() {
  mkdir -p fake
  for name in "$@"; do
    printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\n' "$name" "$PWD" >"fake/$name"
  done
  chmod +x fake/*
  : >calls
}
# dpkg-query that knows every package asked for but $1.
all_installed_but() {
  cat >fake/dpkg-query <<END
#!/bin/sh
shift 2
for package; do [ "\$package" = "$1" ] || echo "\$package installed"; done
END
  chmod +x fake/dpkg-query
}
user_number() {
  printf '#!/bin/sh\necho %s\n' "$1" >fake/id
  chmod +x fake/id
}

test_nothing_missing_calls_no_apt() {
  pretend apt-get sudo
  all_installed_but ""
  for what in build all; do
    run env PATH="$PWD/fake:$PATH" "$install" $what
    expect_exit 0
    expect_stdout ""
  done
  expect_equal "$(cat calls)" ""
}

test_root_installs_what_is_missing_without_sudo() {
  pretend apt-get sudo
  all_installed_but scdoc
  user_number 0
  run env PATH="$PWD/fake:$PATH" "$install" build
  expect_exit 0
  expect_stdout "Installing: scdoc"
  expect_true "apt-get update was called" grep -q '^apt-get .*update' calls
  expect_true "scdoc alone is installed" grep -q '^apt-get .*install .* scdoc$' calls
  expect_true "sudo was not called" sh -c '! grep -q ^sudo calls'
}

test_others_install_by_sudo() {
  pretend apt-get sudo
  all_installed_but scdoc
  user_number 1000
  run env PATH="$PWD/fake:$PATH" "$install" build
  expect_exit 0
  expect_true "sudo calls apt-get" grep -q '^sudo env DEBIAN_FRONTEND=noninteractive apt-get .* install .* scdoc$' calls
}

test_a_half_removed_package_is_missing() {
  pretend apt-get sudo
  all_installed_but ""
  # What dpkg says of a package whose configuration alone is left.
  printf '#!/bin/sh\nshift 2\nfor p; do [ "$p" = cmake ] && echo "cmake config-files" || echo "$p installed"; done\n' >fake/dpkg-query
  user_number 0
  run env PATH="$PWD/fake:$PATH" "$install" build
  expect_stdout "Installing: cmake"
}

test_without_root_and_sudo_it_says_what_is_missing() {
  pretend apt-get
  all_installed_but scdoc
  user_number 1000
  # A PATH that holds what the script needs, and no sudo.
  for name in bash env grep sed; do ln -s "$(command -v "$name")" "fake/$name"; done
  run env PATH="$PWD/fake" "$install" build
  expect_exit 1
  expect_stderr_has "scdoc"
  expect_equal "$(cat calls)" ""
}

test_a_failure_of_apt_is_shown() {
  pretend sudo
  printf '#!/bin/sh\necho "E: no network" >&2; exit 100\n' >fake/apt-get
  chmod +x fake/apt-get
  all_installed_but scdoc
  user_number 0
  run env PATH="$PWD/fake:$PATH" "$install" build
  expect_exit 1
  expect_stderr_has "E: no network"
  expect_stderr_has "apt-get update failed"
}

test_an_unknown_set_is_refused() {
  run "$install" everything
  expect_exit 2
}

run_suite

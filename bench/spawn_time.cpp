// How long a command takes as its parent sees it: from posix_spawn to the child's end, output thrown away.
//
//   spawn_time RUNS COMMAND [ARGUMENT...] [::: COMMAND [ARGUMENT...]]...
//
// The commands take turns, so that a slow moment of the machine meets all of them. Prints a line each: median
// and smallest time in microseconds, exit code (128 + n for death by signal n), command.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Command {
  std::vector<char*> words;  // ends with a null pointer
  std::vector<double> microseconds;
  int status = 0;
};

void run(Command& command) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const auto begin = std::chrono::steady_clock::now();
  pid_t child = 0;
  if (posix_spawnp(&child, command.words[0], &actions, nullptr, command.words.data(), environ) != 0) {
    std::fprintf(stderr, "spawn_time: cannot run %s\n", command.words[0]);
    std::exit(1);
  }
  waitpid(child, &command.status, 0);
  const std::chrono::duration<double, std::micro> elapsed = std::chrono::steady_clock::now() - begin;
  posix_spawn_file_actions_destroy(&actions);
  command.microseconds.push_back(elapsed.count());
}

int shell_status(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::vector<Command> split(int argc, char** argv) {
  std::vector<Command> commands(1);
  for (int i = 2; i < argc; ++i) {
    if (std::string_view(argv[i]) == ":::") {
      commands.emplace_back();
    } else {
      commands.back().words.push_back(argv[i]);
    }
  }
  for (Command& command : commands) command.words.push_back(nullptr);
  return commands;
}

}  // namespace

int main(int argc, char** argv) {
  const int runs = argc > 2 ? std::atoi(argv[1]) : 0;
  if (runs < 1) {
    std::fprintf(stderr, "usage: spawn_time RUNS COMMAND [ARGUMENT...] [::: COMMAND [ARGUMENT...]]...\n");
    return 2;
  }
  std::vector<Command> commands = split(argc, argv);
  for (int i = 0; i < runs; ++i) {
    for (Command& command : commands) run(command);
  }
  for (Command& command : commands) {
    std::ranges::sort(command.microseconds);
    std::printf("%8.0f\t%8.0f\t%d\t", command.microseconds[command.microseconds.size() / 2],
                command.microseconds.front(), shell_status(command.status));
    for (std::size_t i = 0; i + 1 < command.words.size(); ++i) {
      std::printf("%s%s", i == 0 ? "" : " ", command.words[i]);
    }
    std::printf("\n");
  }
  return 0;
}

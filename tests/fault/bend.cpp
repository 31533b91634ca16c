// Runs a command and bends what some of its system calls do, in ways that strace's injection cannot, and for
// programs without a loader too:
//
//   bend short BYTES PLACE COMMAND...  every read and write of a file or pipe whose path contains PLACE moves at most
//                                      BYTES bytes
//   bend lost CALL ERRNO NTH COMMAND... the NTH call of this number is carried out and reports ERRNO all the same,
//                                      as NFS does when the reply is lost, or close when the quota is full
//
// Ends as the command does, and writes how many calls were bent to the file that BENT names.
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

struct Bending {
  bool shortens = false;
  std::string place;
  unsigned long long most = 0;  // bytes
  unsigned long long call = 0;  // its number
  long long error = 0;
  unsigned long long turn = 0;
  unsigned long long seen = 0;
  unsigned long long bent = 0;
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(125);
}

bool moves_bytes(unsigned long long call) {
  return call == SYS_read || call == SYS_pread64 || call == SYS_write || call == SYS_pwrite64;
}

std::string path_of(pid_t child, unsigned long long descriptor) {
  char path[4096];
  const std::string link = "/proc/" + std::to_string(child) + "/fd/" + std::to_string(descriptor);
  const ssize_t length = readlink(link.c_str(), path, sizeof path);
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : "";
}

void at_entry(pid_t child, user_regs_struct& registers, Bending& bending) {
  if (bending.shortens && moves_bytes(registers.orig_rax) && registers.rdx > bending.most &&
      path_of(child, registers.rdi).find(bending.place) != std::string::npos) {
    registers.rdx = bending.most;
    ++bending.bent;
    if (ptrace(PTRACE_SETREGS, child, nullptr, &registers) != 0) fail("PTRACE_SETREGS");
  }
  if (!bending.shortens && registers.orig_rax == bending.call) ++bending.seen;
}

void at_exit(pid_t child, user_regs_struct& registers, Bending& bending) {
  if (bending.shortens || registers.orig_rax != bending.call || bending.seen != bending.turn) return;
  ++bending.seen;  // once only
  ++bending.bent;
  registers.rax = static_cast<unsigned long long>(-bending.error);
  if (ptrace(PTRACE_SETREGS, child, nullptr, &registers) != 0) fail("PTRACE_SETREGS");
}

void at_stop(pid_t child, Bending& bending) {
  __ptrace_syscall_info info{};
  if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) < 0) fail("PTRACE_GET_SYSCALL_INFO");
  user_regs_struct registers{};
  if (ptrace(PTRACE_GETREGS, child, nullptr, &registers) != 0) fail("PTRACE_GETREGS");
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) at_entry(child, registers, bending);
  if (info.op == PTRACE_SYSCALL_INFO_EXIT) at_exit(child, registers, bending);
}

void tell(const Bending& bending) {
  const char* file = std::getenv("BENT");
  if (file == nullptr) return;
  if (std::FILE* out = std::fopen(file, "w"); out != nullptr) {
    std::fprintf(out, "%llu\n", bending.bent);
    std::fclose(out);
  }
}

// Threads and children are followed; the command itself decides how we end.
int follow(pid_t command, Bending& bending) {
  for (;;) {
    int status = 0;
    const pid_t child = waitpid(-1, &status, __WALL);
    if (child < 0) fail("waitpid");
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (child != command) continue;
      tell(bending);
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) {
      at_stop(child, bending);
      signal = 0;
    } else if (signal == SIGTRAP || signal == SIGSTOP) {
      signal = 0;  // exec, clone, and the first stop of a child
    }
    ptrace(PTRACE_SYSCALL, child, nullptr, signal);
  }
}

unsigned long long number(const char* text) {
  return std::strtoull(text, nullptr, 10);
}

unsigned long long call_number(const std::string& name) {
  if (name == "linkat") return SYS_linkat;
  if (name == "renameat") return SYS_renameat;
  if (name == "unlinkat") return SYS_unlinkat;
  if (name == "mkdirat") return SYS_mkdirat;
  if (name == "close") return SYS_close;
  if (name == "mkdir") return SYS_mkdir;
  if (name == "fsync") return SYS_fsync;
  std::fprintf(stderr, "bend: no call %s\n", name.c_str());
  std::exit(125);
}

}  // namespace

int main(int argc, char** argv) {
  Bending bending;
  int command = 4;
  if (argc > 4 && std::strcmp(argv[1], "short") == 0) {
    bending.shortens = true;
    bending.most = number(argv[2]);
    bending.place = argv[3];
  } else if (argc > 5 && std::strcmp(argv[1], "lost") == 0) {
    bending.call = call_number(argv[2]);
    bending.error = static_cast<long long>(number(argv[3]));
    bending.turn = number(argv[4]);
    command = 5;
  } else {
    std::fputs("usage: bend short BYTES PLACE COMMAND... | bend lost CALL ERRNO NTH COMMAND...\n", stderr);
    return 125;
  }
  const pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) fail("PTRACE_TRACEME");
    raise(SIGSTOP);
    execvp(argv[command], argv + command);
    fail(argv[command]);
  }
  int status = 0;
  if (waitpid(child, &status, 0) < 0) fail("waitpid");
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                       PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SETOPTIONS, child, nullptr, options) != 0) fail("PTRACE_SETOPTIONS");
  if (ptrace(PTRACE_SYSCALL, child, nullptr, 0) != 0) fail("PTRACE_SYSCALL");
  return follow(child, bending);
}

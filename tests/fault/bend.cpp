// Runs a command and bends what some of its system calls do, in ways that strace's injection cannot, and for
// programs without a loader too:
//
//   bend short BYTES PLACE COMMAND...     every read and write of a file or pipe whose path contains PLACE moves at
//                                         most BYTES bytes
//   bend lost CALL ERRNO NTH COMMAND...   the NTH call of this name is carried out and reports ERRNO all the same,
//                                         as NFS does when the reply is lost, or close when the quota is full
//   bend refused CALL ERRNO NTH COMMAND... it is not carried out and reports ERRNO; with NTH+, so do all later ones
//   bend nfs ...                          any of these, and every file system says that it is NFS
//
// Ends as the command does, and writes to the file that BENT names how many calls were bent, and the file or
// directory that the last one was given.
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
#include <set>
#include <string>
#include <utility>

namespace {

enum class Way { shortened, lost, refused };

struct Bending {
  Way way = Way::lost;
  bool is_nfs = false;
  std::string place;
  unsigned long long most = 0;  // bytes
  unsigned long long call = 0;  // its number
  long long error = 0;
  unsigned long long turn = 0;
  bool later_too = false;
  unsigned long long seen = 0;
  unsigned long long bent = 0;
  std::set<pid_t> waiting;  // in a call that will report the error
  std::string last_place;
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

void set(pid_t child, user_regs_struct& registers) {
  if (ptrace(PTRACE_SETREGS, child, nullptr, &registers) != 0) fail("PTRACE_SETREGS");
}

void at_entry(pid_t child, user_regs_struct& registers, Bending& bending) {
  if (bending.way == Way::shortened) {
    if (moves_bytes(registers.orig_rax) && registers.rdx > bending.most &&
        path_of(child, registers.rdi).find(bending.place) != std::string::npos) {
      registers.rdx = bending.most;
      ++bending.bent;
      set(child, registers);
    }
    return;
  }
  if (registers.orig_rax != bending.call) return;
  ++bending.seen;
  if (bending.seen != bending.turn && !(bending.later_too && bending.seen > bending.turn)) return;
  bending.waiting.insert(child);
  ++bending.bent;
  bending.last_place = path_of(child, registers.rdi);
  if (bending.way == Way::refused) {
    registers.orig_rax = static_cast<unsigned long long>(-1);  // no call at all
    set(child, registers);
  }
}

void at_exit(pid_t child, user_regs_struct& registers, Bending& bending) {
  if (bending.is_nfs && (registers.orig_rax == SYS_fstatfs || registers.orig_rax == SYS_statfs) &&
      registers.rax == 0) {
    constexpr long nfs_magic = 0x6969;  // f_type, the first member of struct statfs
    if (ptrace(PTRACE_POKEDATA, child, registers.rsi, nfs_magic) != 0) fail("PTRACE_POKEDATA");
  }
  if (bending.waiting.erase(child) == 0) return;
  registers.rax = static_cast<unsigned long long>(-bending.error);
  set(child, registers);
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
    std::fprintf(out, "%llu\n%s\n", bending.bent, bending.last_place.c_str());
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
  static constexpr std::pair<const char*, unsigned long long> calls[] = {
      {"linkat", SYS_linkat},
      {"renameat", SYS_renameat},
      {"unlinkat", SYS_unlinkat},
      {"mkdirat", SYS_mkdirat},
      {"mkdir", SYS_mkdir},
      {"close", SYS_close},
      {"fsync", SYS_fsync},
      {"openat", SYS_openat},
      {"newfstatat", SYS_newfstatat},
      {"fstat", SYS_fstat},
      {"read", SYS_read},
      {"pread64", SYS_pread64},
      {"write", SYS_write},
      {"getdents64", SYS_getdents64},
      {"utimensat", SYS_utimensat},
      {"fstatfs", SYS_fstatfs},
  };
  for (const auto& [known, call] : calls) {
    if (name == known) return call;
  }
  std::fprintf(stderr, "bend: no call %s\n", name.c_str());
  std::exit(125);
}

}  // namespace

int main(int argc, char** argv) {
  Bending bending;
  int at = 1;
  if (argc > at && std::strcmp(argv[at], "nfs") == 0) {
    bending.is_nfs = true;
    ++at;
  }
  const std::string way = argc > at ? argv[at] : "";
  if (way == "short" && argc > at + 3) {
    bending.way = Way::shortened;
    bending.most = number(argv[at + 1]);
    bending.place = argv[at + 2];
    at += 3;
  } else if ((way == "lost" || way == "refused") && argc > at + 4) {
    bending.way = way == "lost" ? Way::lost : Way::refused;
    bending.call = call_number(argv[at + 1]);
    bending.error = static_cast<long long>(number(argv[at + 2]));
    bending.turn = number(argv[at + 3]);
    bending.later_too = std::strchr(argv[at + 3], '+') != nullptr;
    at += 4;
  } else {
    std::fputs(
        "usage: bend [nfs] short BYTES PLACE COMMAND... | bend [nfs] lost|refused CALL ERRNO NTH "
        "COMMAND...\n",
        stderr);
    return 125;
  }
  char** const command = argv + at;
  const pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) fail("PTRACE_TRACEME");
    raise(SIGSTOP);
    execvp(command[0], command);
    fail(command[0]);
  }
  int status = 0;
  if (waitpid(child, &status, 0) < 0) fail("waitpid");
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                       PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SETOPTIONS, child, nullptr, options) != 0) fail("PTRACE_SETOPTIONS");
  if (ptrace(PTRACE_SYSCALL, child, nullptr, 0) != 0) fail("PTRACE_SYSCALL");
  return follow(child, bending);
}

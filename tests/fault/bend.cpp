// Runs a command and bends what some of its system calls do, in ways that strace's injection cannot, and for
// programs without a loader too:
//
//   bend short BYTES PLACE COMMAND...     every read and write of a file or pipe whose path contains PLACE moves at
//                                         most BYTES bytes
//   bend lost CALLS ERRNO NTH COMMAND...  the NTH of these calls (NAME,...) is carried out and reports ERRNO all the
//                                         same, as NFS does when the reply is lost, or close when the quota is full
//   bend refused CALLS ERRNO NTH COMMAND... it is not carried out and reports ERRNO; with NTH+, so do all later ones
//   bend killed CALLS NTH COMMAND...      whoever makes it is killed before it is carried out
//   bend meanwhile CALLS SCRIPT NTH COMMAND... before it is carried out, `sh -c SCRIPT` is: what another process does
//   bend behind SECONDS COMMAND...        the clock of every file system is so much behind ours
//   bend nfs ...                          any of these, and every file system says that it is NFS
//   bend alone ...                        any of these, and what the command starts is left alone
//
// Ends as the command does, and writes to the file that BENT names how many calls were bent, and the last
// one: its name, and the file or directory that it was given. Only the calls in question are stopped at
// (seccomp), so a run takes hardly longer than it would by itself.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <vector>

namespace {

enum class Way { shortened, lost, refused, killed, meanwhile, behind };
using CallNumber = unsigned long long;

struct Bending {
  Way way = Way::lost;
  bool is_nfs = false;
  bool is_alone = false;
  std::string place;
  unsigned long long most = 0;  // bytes
  std::string script;
  long long seconds = 0;
  std::set<CallNumber> calls;
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

constexpr CallNumber moving_bytes[] = {SYS_read, SYS_pread64, SYS_write, SYS_pwrite64};
constexpr CallNumber asking_for_the_file_system[] = {SYS_statfs, SYS_fstatfs};
constexpr CallNumber asking_for_times[] = {SYS_fstat, SYS_newfstatat};

struct Call {
  const char* name;
  CallNumber number;
  int path = -1;  // which argument is a path
};
constexpr Call known_calls[] = {
    {"linkat", SYS_linkat, 1},
    {"renameat", SYS_renameat, 1},
    {"unlinkat", SYS_unlinkat, 1},
    {"mkdirat", SYS_mkdirat, 1},
    {"mkdir", SYS_mkdir, 0},
    {"close", SYS_close},
    {"fsync", SYS_fsync},
    {"fchmod", SYS_fchmod},
    {"openat", SYS_openat, 1},
    {"newfstatat", SYS_newfstatat, 1},
    {"fstat", SYS_fstat},
    {"statx", SYS_statx, 1},
    {"read", SYS_read},
    {"pread64", SYS_pread64},
    {"write", SYS_write},
    {"getdents64", SYS_getdents64},
    {"utimensat", SYS_utimensat, 1},
    {"fstatfs", SYS_fstatfs},
    {"mmap", SYS_mmap},
    {"memfd_create", SYS_memfd_create},
    {"pipe2", SYS_pipe2},
    {"clone", SYS_clone},
    {"clone3", SYS_clone3},
    {"vfork", SYS_vfork},
};

const Call* call_of(CallNumber number) {
  for (const Call& call : known_calls) {
    if (call.number == number) return &call;
  }
  return nullptr;
}

std::set<CallNumber> calls_named(const std::string& names) {
  std::set<CallNumber> calls;
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t end = std::min(names.find(',', at), names.size());
    const std::string name = names.substr(at, end - at);
    const std::size_t before = calls.size();
    for (const Call& call : known_calls) {
      if (name == call.name) calls.insert(call.number);
    }
    if (calls.size() == before) {
      std::fprintf(stderr, "bend: no call %s\n", name.c_str());
      std::exit(125);
    }
    at = end + 1;
  }
  return calls;
}

std::string path_of(pid_t child, unsigned long long descriptor) {
  char path[4096];
  const std::string link = "/proc/" + std::to_string(child) + "/fd/" + std::to_string(descriptor);
  const ssize_t length = readlink(link.c_str(), path, sizeof path);
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : "";
}

// A string in the child's memory; as much of it as lies in one page and the next.
std::string text_at(pid_t child, unsigned long long address) {
  constexpr unsigned long long page = 4096;
  std::string text(page, '\0');
  const iovec local{text.data(), text.size()};
  const unsigned long long first = page - address % page;
  iovec remote[2] = {{reinterpret_cast<void*>(address), first},
                     {reinterpret_cast<void*>(address + first), page - first}};
  const ssize_t count = process_vm_readv(child, &local, 1, remote, page == first ? 1 : 2, 0);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text.substr(0, text.find('\0'));
}

std::string description(pid_t child, const user_regs_struct& registers) {
  const Call* call = call_of(registers.orig_rax);
  if (call == nullptr) return "";
  std::string text = call->name;
  if (call->path != 0) text.append(" <").append(path_of(child, registers.rdi)).append(">");
  if (call->path >= 0) {
    text.append(" ").append(text_at(child, call->path == 0 ? registers.rdi : registers.rsi));
  }
  return text;
}

void set(pid_t child, user_regs_struct& registers) {
  if (ptrace(PTRACE_SETREGS, child, nullptr, &registers) != 0) fail("PTRACE_SETREGS");
}

user_regs_struct registers_of(pid_t child) {
  user_regs_struct registers{};
  if (ptrace(PTRACE_GETREGS, child, nullptr, &registers) != 0) fail("PTRACE_GETREGS");
  return registers;
}

void shorten(pid_t child, user_regs_struct& registers, Bending& bending) {
  if (registers.rdx <= bending.most ||
      path_of(child, registers.rdi).find(bending.place) == std::string::npos) {
    return;
  }
  registers.rdx = bending.most;
  ++bending.bent;
  set(child, registers);
}

enum class Then { let_run, stop_at_its_end };

// A call that the filter named is about to be made.
Then at_entry(pid_t child, Bending& bending) {
  user_regs_struct registers = registers_of(child);
  const CallNumber call = registers.orig_rax;
  const bool asks = call == SYS_statfs || call == SYS_fstatfs;
  const Then then = bending.is_nfs && asks ? Then::stop_at_its_end : Then::let_run;
  if (bending.way == Way::shortened) {
    if (!asks) shorten(child, registers, bending);
    return then;
  }
  if (bending.way == Way::behind) return Then::stop_at_its_end;
  if (!bending.calls.contains(call)) return then;
  ++bending.seen;
  if (bending.seen != bending.turn && !(bending.later_too && bending.seen > bending.turn)) return then;
  ++bending.bent;
  bending.last_place = description(child, registers);
  switch (bending.way) {
    case Way::shortened:
    case Way::behind:
      break;
    case Way::meanwhile:
      if (std::system(bending.script.c_str()) != 0) fail("the script");
      break;
    case Way::lost:
      bending.waiting.insert(child);
      return Then::stop_at_its_end;
    case Way::refused:
      registers.orig_rax = static_cast<CallNumber>(-1);  // no call at all
      registers.rax = static_cast<CallNumber>(-bending.error);
      set(child, registers);
      break;
    case Way::killed:
      kill(child, SIGKILL);
      break;
  }
  return Then::let_run;
}

// The time in a struct stat at this address becomes that of another clock.
void set_back(pid_t child, unsigned long long address, Bending& bending) {
  const unsigned long long place = address + offsetof(struct stat, st_mtim.tv_sec);
  errno = 0;
  const long seconds = ptrace(PTRACE_PEEKDATA, child, place, nullptr);
  if (errno != 0 || ptrace(PTRACE_POKEDATA, child, place, seconds - bending.seconds) != 0) fail("st_mtim");
  ++bending.bent;
}

void at_exit(pid_t child, Bending& bending) {
  user_regs_struct registers = registers_of(child);
  const CallNumber call = registers.orig_rax;
  if (bending.is_nfs && (call == SYS_fstatfs || call == SYS_statfs) && registers.rax == 0) {
    constexpr long nfs_magic = 0x6969;  // f_type, the first member of struct statfs
    if (ptrace(PTRACE_POKEDATA, child, registers.rsi, nfs_magic) != 0) fail("PTRACE_POKEDATA");
  }
  if (bending.way == Way::behind && registers.rax == 0 && (call == SYS_fstat || call == SYS_newfstatat)) {
    set_back(child, call == SYS_fstat ? registers.rsi : registers.rdx, bending);
  }
  if (bending.waiting.erase(child) == 0) return;
  registers.rax = static_cast<CallNumber>(-bending.error);
  set(child, registers);
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
    Then then = Then::let_run;
    if (signal == (SIGTRAP | 0x80)) {
      at_exit(child, bending);
      signal = 0;
    } else if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8)) {
      if (!bending.is_alone || child == command) then = at_entry(child, bending);
      signal = 0;
    } else if (signal == SIGTRAP || signal == SIGSTOP) {
      signal = 0;  // exec, clone, and the first stop of a child
    }
    ptrace(then == Then::let_run ? PTRACE_CONT : PTRACE_SYSCALL, child, nullptr, signal);
  }
}

// From here on the kernel stops us at these calls, and at no other.
void stop_at(const std::set<CallNumber>& calls) {
  std::vector<sock_filter> program = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
  };
  for (const CallNumber call : calls) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<__u32>(call), 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("PR_SET_NO_NEW_PRIVS");
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) fail("PR_SET_SECCOMP");
}

std::set<CallNumber> calls_to_stop_at(const Bending& bending) {
  std::set<CallNumber> calls = bending.calls;
  if (bending.way == Way::shortened) calls.insert(std::begin(moving_bytes), std::end(moving_bytes));
  if (bending.way == Way::behind) calls.insert(std::begin(asking_for_times), std::end(asking_for_times));
  if (bending.is_nfs)
    calls.insert(std::begin(asking_for_the_file_system), std::end(asking_for_the_file_system));
  return calls;
}

unsigned long long number(const char* text) {
  return std::strtoull(text, nullptr, 10);
}

[[noreturn]] void complain_of_usage() {
  std::fputs(
      "usage: bend [nfs] [alone] short BYTES PLACE COMMAND... | lost|refused CALLS ERRNO NTH COMMAND... |\n"
      "       killed CALLS NTH COMMAND... | meanwhile CALLS SCRIPT NTH COMMAND... | behind SECONDS "
      "COMMAND...\n",
      stderr);
  std::exit(125);
}

}  // namespace

int main(int argc, char** argv) {
  Bending bending;
  int at = 1;
  for (; argc > at; ++at) {
    if (std::strcmp(argv[at], "nfs") == 0) {
      bending.is_nfs = true;
    } else if (std::strcmp(argv[at], "alone") == 0) {
      bending.is_alone = true;
    } else {
      break;
    }
  }
  const std::string way = argc > at ? argv[at] : "";
  const int words = way == "behind" ? 2 : way == "short" || way == "killed" ? 3 : 4;
  if (argc <= at + words) complain_of_usage();
  if (way == "short") {
    bending.way = Way::shortened;
    bending.most = number(argv[at + 1]);
    bending.place = argv[at + 2];
  } else if (way == "behind") {
    bending.way = Way::behind;
    bending.seconds = static_cast<long long>(number(argv[at + 1]));
  } else if (way == "lost" || way == "refused" || way == "killed" || way == "meanwhile") {
    bending.way = way == "lost"      ? Way::lost
                  : way == "refused" ? Way::refused
                  : way == "killed"  ? Way::killed
                                     : Way::meanwhile;
    bending.calls = calls_named(argv[at + 1]);
    const char* const turn = argv[at + words - 1];
    bending.turn = number(turn);
    bending.later_too = std::strchr(turn, '+') != nullptr;
    if (words == 4) bending.script = argv[at + 2];
    if (words == 4) bending.error = static_cast<long long>(number(argv[at + 2]));
  } else {
    complain_of_usage();
  }
  at += words;
  char** const command = argv + at;
  const pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) fail("PTRACE_TRACEME");
    raise(SIGSTOP);
    stop_at(calls_to_stop_at(bending));
    execvp(command[0], command);
    fail(command[0]);
  }
  int status = 0;
  if (waitpid(child, &status, 0) < 0) fail("waitpid");
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE |
                       PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SETOPTIONS, child, nullptr, options) != 0) fail("PTRACE_SETOPTIONS");
  if (ptrace(PTRACE_CONT, child, nullptr, 0) != 0) fail("PTRACE_CONT");
  return follow(child, bending);
}

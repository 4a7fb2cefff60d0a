// The state of the fake driver, and what its functions share.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#if __has_include(<cuda.h>)
#include <cuda.h>
#define RESULT(number) static_cast<CUresult>(number)
#else
typedef int CUresult;
typedef int CUdevice;
typedef unsigned long long CUdeviceptr;
typedef unsigned CUdevice_attribute, CUjit_option, CUfunction_attribute;
typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUstream_st *CUstream;
typedef struct CUevent_st *CUevent;
#define RESULT(number) (number)
#endif

namespace {

enum { OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, INVALID_DEVICE = 101, INVALID_IMAGE = 200,
       INVALID_CONTEXT = 201, ALREADY_REGISTERED = 712, NOT_REGISTERED = 713, INVALID_HANDLE = 400, NOT_FOUND = 500 };

typedef int (*HostKernel)(const void *argument, unsigned columns, unsigned rows, unsigned threads, unsigned sharedBytes);

struct Function { std::string name; size_t argumentBytes; HostKernel run; int maxShared = 48 << 10; };
struct Stream { std::deque<std::function<int()>> work; };
struct Event { Stream *stream = nullptr; };
struct Failure { int calls; int result; };

std::recursive_mutex lock;
std::map<std::string, long long> settings = {
    {"version", 12040}, {"gpus", 1}, {"capability", 90}, {"memory", 1 << 30}, {"least", 0}, {"greatest", -5}};
std::map<std::string, Failure> failures;
std::map<std::string, Function> kernels;
std::string journal;
bool started = false;
int sticky = OK;
long long used = 0;
std::set<void *> modules, functions, streams, events;
std::vector<Stream *> destroyed; // streams with work left, which is done when something waits for all
std::map<CUdeviceptr, size_t> device;
std::map<void *, size_t> host, registered;
const int MAX_GPUS = 8, FIRST_DEVICE = 7; // a handle is not the number
char contexts[MAX_GPUS]; // the addresses are the handles
int users[MAX_GPUS];     // of each context
thread_local char *current = nullptr;

long long setting(const char *key) { return settings[key]; }

bool isDevice(int handle) { return handle >= FIRST_DEVICE && handle < FIRST_DEVICE + setting("gpus"); }

void note(const std::string &line) { journal += line + "\n"; }

// The result that a call has whatever its arguments are.
int enter(const char *function, bool inContext) {
  auto failure = failures.find(function);
  if (failure != failures.end() && --failure->second.calls == 0) {
    int result = failure->second.result;
    if (result >= 700 && result < 720 && result != 701 && result != ALREADY_REGISTERED) sticky = result;
    return result;
  }
  if (sticky) return sticky;
  if (!started) return NOT_INITIALIZED;
  return inContext && (!current || !users[current - contexts]) ? INVALID_CONTEXT : OK;
}

#define ENTER(inContext) \
  std::lock_guard<std::recursive_mutex> guard(lock); \
  if (int entered = enter(__func__, inContext)) return RESULT(entered)

#define REQUIRE(condition, otherwise) do { if (!(condition)) return RESULT(otherwise); } while (0)

bool onDevice(CUdeviceptr address, size_t bytes) {
  auto after = device.upper_bound(address);
  if (after == device.begin()) return false;
  auto memory = std::prev(after);
  return bytes > 0 && address - memory->first + bytes <= memory->second;
}

int finish(Stream *stream) {
  while (!stream->work.empty() && !sticky) {
    auto work = std::move(stream->work.front());
    stream->work.pop_front();
    sticky = work();
  }
  return sticky;
}

int finishAll() {
  for (void *stream : streams) finish(static_cast<Stream *>(stream));
  for (Stream *stream : destroyed) finish(stream);
  return sticky;
}

void *allocate(size_t bytes) {
  void *memory = malloc(bytes);
  memset(memory, 0xCD, bytes); // so that nobody takes it for zeros
  return memory;
}

} // namespace

// A CUDA driver without a GPU: the functions that io.vitrine.cuda calls, over memory of the host. It checks its arguments,
// knows what is allocated, fails when told to, and runs kernels that the test gives as functions. Work of a stream is done when
// something waits for it, no sooner. Where cuda.h is installed, the compiler compares the signatures with it.
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
struct Event { Stream *stream = nullptr; size_t recorded = 0; };
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
  return sticky;
}

void *allocate(size_t bytes) {
  void *memory = malloc(bytes);
  memset(memory, 0xCD, bytes); // so that nobody takes it for zeros
  return memory;
}

} // namespace

extern "C" {

// The controls.

void fakeSet(const char *key, long long value) { settings[key] = value; }

// The n-th call of a function from here on gives this result.
void fakeFail(const char *function, int call, int result) { failures[function] = {call, result}; }

void fakeKernel(const char *name, long long argumentBytes, HostKernel run) {
  kernels[name] = {name, static_cast<size_t>(argumentBytes), run};
}

// What is not freed: "contexts 1, modules 1, ...". Empty if all is.
void fakeLive(char *text, int length) {
  std::string live;
  auto add = [&](const char *what, size_t count) {
    if (count) live += (live.empty() ? "" : ", ") + std::string(what) + " " + std::to_string(count);
  };
  size_t allUsers = 0;
  for (int count : users) allUsers += count;
  add("contexts", allUsers); add("modules", modules.size()); add("streams", streams.size());
  add("events", events.size()); add("device", device.size()); add("host", host.size());
  add("registered", registered.size());
  snprintf(text, length, "%s", live.c_str());
}

// What the calls said that change something, a line each.
void fakeJournal(char *text, int length) { snprintf(text, length, "%s", journal.c_str()); }

// The driver.

CUresult cuInit(unsigned flags) {
  std::lock_guard<std::recursive_mutex> guard(lock);
  started = true;
  if (int entered = enter(__func__, false)) return RESULT(entered);
  return RESULT(flags ? INVALID_VALUE : OK);
}

CUresult cuDriverGetVersion(int *version) {
  *version = static_cast<int>(setting("version"));
  return RESULT(OK);
}

CUresult cuGetErrorName(CUresult error, const char **text) {
  *text = error == RESULT(OUT_OF_MEMORY) ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_FAKE";
  return RESULT(error == RESULT(12345) ? INVALID_VALUE : OK);
}

CUresult cuGetErrorString(CUresult error, const char **text) {
  *text = error == RESULT(OUT_OF_MEMORY) ? "out of memory" : "the fake failed";
  return RESULT(error == RESULT(12345) ? INVALID_VALUE : OK);
}

CUresult cuDeviceGetCount(int *count) {
  ENTER(false);
  *count = static_cast<int>(setting("gpus"));
  return RESULT(OK);
}

CUresult cuDeviceGet(CUdevice *gpu, int ordinal) {
  ENTER(false);
  REQUIRE(ordinal >= 0 && ordinal < setting("gpus"), INVALID_DEVICE);
  *gpu = FIRST_DEVICE + ordinal;
  return RESULT(OK);
}

CUresult cuDeviceGetName(char *name, int length, CUdevice gpu) {
  ENTER(false);
  REQUIRE(isDevice(gpu), INVALID_DEVICE);
  snprintf(name, length, "Fake %d", gpu - FIRST_DEVICE);
  return RESULT(OK);
}

CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice gpu) {
  ENTER(false);
  REQUIRE(isDevice(gpu), INVALID_DEVICE);
  REQUIRE(attribute == 75 || attribute == 76, INVALID_VALUE);
  *value = static_cast<int>(attribute == 75 ? setting("capability") / 10 : setting("capability") % 10);
  return RESULT(OK);
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice gpu) {
  ENTER(false);
  REQUIRE(isDevice(gpu), INVALID_DEVICE);
  users[gpu - FIRST_DEVICE]++;
  *context = reinterpret_cast<CUcontext>(&contexts[gpu - FIRST_DEVICE]);
  return RESULT(OK);
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice gpu) {
  std::lock_guard<std::recursive_mutex> guard(lock);
  REQUIRE(isDevice(gpu), INVALID_DEVICE);
  REQUIRE(users[gpu - FIRST_DEVICE] > 0, INVALID_CONTEXT);
  users[gpu - FIRST_DEVICE]--;
  return RESULT(sticky);
}

CUresult cuCtxSetCurrent(CUcontext context) {
  ENTER(false);
  char *object = reinterpret_cast<char *>(context);
  REQUIRE(object >= contexts && object < contexts + MAX_GPUS && users[object - contexts], INVALID_CONTEXT);
  current = object;
  return RESULT(OK);
}

CUresult cuCtxGetStreamPriorityRange(int *least, int *greatest) {
  ENTER(true);
  *least = static_cast<int>(setting("least"));
  *greatest = static_cast<int>(setting("greatest"));
  return RESULT(OK);
}

CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned count, CUjit_option *options, void **values) {
  std::lock_guard<std::recursive_mutex> guard(lock);
  int result = enter(__func__, true);
  for (unsigned i = 0; result && i + 1 < count; i++) { // the log of errors and its length
    if (static_cast<int>(options[i]) == 5 && static_cast<int>(options[i + 1]) == 6) {
      snprintf(static_cast<char *>(values[i]), reinterpret_cast<uintptr_t>(values[i + 1]), "fatal: no such code");
    }
  }
  if (result) return RESULT(result);
  REQUIRE(!memcmp(image, "\177ELF", 4) || strstr(static_cast<const char *>(image), ".version"), INVALID_IMAGE);
  char *object = new char;
  modules.insert(object);
  *module = reinterpret_cast<CUmodule>(object);
  return RESULT(OK);
}

CUresult cuModuleUnload(CUmodule module) {
  ENTER(true);
  REQUIRE(modules.erase(module), INVALID_HANDLE);
  delete reinterpret_cast<char *>(module);
  return RESULT(OK);
}

CUresult cuModuleGetFunction(CUfunction *function, CUmodule module, const char *name) {
  ENTER(true);
  REQUIRE(modules.count(module), INVALID_HANDLE);
  auto kernel = kernels.find(name);
  REQUIRE(kernel != kernels.end(), NOT_FOUND);
  Function *object = new Function(kernel->second);
  functions.insert(object);
  *function = reinterpret_cast<CUfunction>(object);
  return RESULT(OK);
}

CUresult cuFuncSetAttribute(CUfunction function, CUfunction_attribute attribute, int value) {
  ENTER(true);
  REQUIRE(functions.count(function), INVALID_HANDLE);
  REQUIRE(attribute == 8 && value >= 0 && value <= 227 << 10, INVALID_VALUE);
  Function *object = reinterpret_cast<Function *>(function);
  object->maxShared = value;
  note("shared " + object->name + " " + std::to_string(value));
  return RESULT(OK);
}

CUresult cuMemGetInfo_v2(size_t *free, size_t *total) {
  ENTER(true);
  *total = setting("memory");
  *free = *total - used;
  return RESULT(OK);
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes) {
  ENTER(true);
  REQUIRE(bytes, INVALID_VALUE);
  REQUIRE(used + static_cast<long long>(bytes) <= setting("memory"), OUT_OF_MEMORY);
  *address = reinterpret_cast<CUdeviceptr>(allocate(bytes));
  device[*address] = bytes;
  used += bytes;
  return RESULT(OK);
}

CUresult cuMemFree_v2(CUdeviceptr address) {
  ENTER(true);
  auto memory = device.find(address);
  REQUIRE(memory != device.end(), INVALID_VALUE);
  finishAll();
  used -= memory->second;
  device.erase(memory);
  free(reinterpret_cast<void *>(address));
  return RESULT(sticky);
}

CUresult cuMemHostAlloc(void **memory, size_t bytes, unsigned flags) {
  ENTER(true);
  REQUIRE(bytes && flags == 1, INVALID_VALUE); // portable
  *memory = allocate(bytes);
  host[*memory] = bytes;
  return RESULT(OK);
}

CUresult cuMemFreeHost(void *memory) {
  ENTER(true);
  REQUIRE(host.erase(memory), INVALID_VALUE);
  finishAll();
  free(memory);
  return RESULT(sticky);
}

CUresult cuMemHostRegister_v2(void *memory, size_t bytes, unsigned flags) {
  ENTER(true);
  REQUIRE(memory && bytes && flags == 1, INVALID_VALUE);
  REQUIRE(!registered.count(memory), ALREADY_REGISTERED);
  registered[memory] = bytes;
  note("register " + std::to_string(bytes));
  return RESULT(OK);
}

CUresult cuMemHostUnregister(void *memory) {
  ENTER(true);
  REQUIRE(registered.erase(memory), NOT_REGISTERED);
  return RESULT(OK);
}

CUresult cuStreamCreateWithPriority(CUstream *stream, unsigned flags, int priority) {
  ENTER(true);
  REQUIRE(flags <= 1, INVALID_VALUE);
  Stream *object = new Stream;
  streams.insert(object);
  *stream = reinterpret_cast<CUstream>(object);
  note("stream flags " + std::to_string(flags) + " priority " + std::to_string(priority));
  return RESULT(OK);
}

CUresult cuStreamSynchronize(CUstream stream) {
  ENTER(true);
  REQUIRE(streams.count(stream), INVALID_HANDLE);
  return RESULT(finish(reinterpret_cast<Stream *>(stream)));
}

CUresult cuStreamDestroy_v2(CUstream stream) {
  ENTER(true);
  REQUIRE(streams.erase(stream), INVALID_HANDLE);
  finish(reinterpret_cast<Stream *>(stream));
  delete reinterpret_cast<Stream *>(stream);
  return RESULT(sticky);
}

CUresult cuEventCreate(CUevent *event, unsigned flags) {
  ENTER(true);
  REQUIRE(flags < 8, INVALID_VALUE);
  Event *object = new Event;
  events.insert(object);
  *event = reinterpret_cast<CUevent>(object);
  note("event flags " + std::to_string(flags));
  return RESULT(OK);
}

CUresult cuEventRecord(CUevent event, CUstream stream) {
  ENTER(true);
  REQUIRE(events.count(event) && streams.count(stream), INVALID_HANDLE);
  reinterpret_cast<Event *>(event)->stream = reinterpret_cast<Stream *>(stream);
  return RESULT(OK);
}

CUresult cuEventSynchronize(CUevent event) {
  ENTER(true);
  REQUIRE(events.count(event), INVALID_HANDLE);
  Stream *stream = reinterpret_cast<Event *>(event)->stream;
  return RESULT(stream ? finish(stream) : OK);
}

CUresult cuEventDestroy_v2(CUevent event) {
  ENTER(true);
  REQUIRE(events.erase(event), INVALID_HANDLE);
  delete reinterpret_cast<Event *>(event);
  return RESULT(OK);
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, CUstream stream) {
  ENTER(true);
  REQUIRE(streams.count(stream), INVALID_HANDLE);
  REQUIRE(from && onDevice(to, bytes), INVALID_VALUE);
  reinterpret_cast<Stream *>(stream)->work.push_back([=] {
    memcpy(reinterpret_cast<void *>(to), from, bytes);
    return 0;
  });
  return RESULT(OK);
}

CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, CUstream stream) {
  ENTER(true);
  REQUIRE(streams.count(stream), INVALID_HANDLE);
  REQUIRE(to && onDevice(from, bytes), INVALID_VALUE);
  reinterpret_cast<Stream *>(stream)->work.push_back([=] {
    memcpy(to, reinterpret_cast<void *>(from), bytes);
    return 0;
  });
  return RESULT(OK);
}

CUresult cuMemsetD8Async(CUdeviceptr address, unsigned char value, size_t bytes, CUstream stream) {
  ENTER(true);
  REQUIRE(streams.count(stream), INVALID_HANDLE);
  REQUIRE(onDevice(address, bytes), INVALID_VALUE);
  reinterpret_cast<Stream *>(stream)->work.push_back([=] {
    memset(reinterpret_cast<void *>(address), value, bytes);
    return 0;
  });
  return RESULT(OK);
}

CUresult cuLaunchKernel(CUfunction function, unsigned columns, unsigned rows, unsigned layers, unsigned threads,
                        unsigned threadsDown, unsigned threadsDeep, unsigned sharedBytes, CUstream stream,
                        void **arguments, void **extra) {
  ENTER(true);
  REQUIRE(functions.count(function) && streams.count(stream), INVALID_HANDLE);
  const Function &kernel = *reinterpret_cast<Function *>(function);
  REQUIRE(columns && rows && rows < 65536 && layers == 1, INVALID_VALUE);
  REQUIRE(threads && threads <= 1024 && threadsDown == 1 && threadsDeep == 1, INVALID_VALUE);
  REQUIRE(static_cast<int>(sharedBytes) <= kernel.maxShared && arguments && !extra, INVALID_VALUE);
  const char *from = static_cast<const char *>(arguments[0]);
  std::vector<char> argument(from, from + kernel.argumentBytes);
  HostKernel run = kernel.run;
  reinterpret_cast<Stream *>(stream)->work.push_back(
      [=] { return run(argument.data(), columns, rows, threads, sharedBytes); });
  return RESULT(OK);
}

} // extern "C"

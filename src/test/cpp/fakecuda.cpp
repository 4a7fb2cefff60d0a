// A CUDA driver without a GPU: the functions that io.vitrine.cuda calls, over memory of the host. It checks its arguments,
// knows what is allocated, fails when told to, and runs kernels that the test gives as functions. Work of a stream is done when
// something waits for it, no sooner. Where cuda.h is installed, the compiler compares the signatures with it.
#include "fakecuda_state.h"
#include "fakecuda_work.h"

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
  if (memcmp(image, "\177ELF", 4)) note("PTX of " + std::to_string(strlen(static_cast<const char *>(image))) + " bytes");
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

} // extern "C"

// The fake driver: memory and work.
#pragma once
#include "fakecuda_state.h"

extern "C" {

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
  destroyed.push_back(reinterpret_cast<Stream *>(stream)); // does not wait
  return RESULT(OK);
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

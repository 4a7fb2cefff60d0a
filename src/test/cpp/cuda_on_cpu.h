// CUDA C's words in C++: so the kernels compile for the CPU as they are. fibers.h runs their threads.
#pragma once
#include <cstdint>
#include <cstring>

#define __device__
#define __global__
#define __forceinline__ inline
#define __grid_constant__
#define __launch_bounds__(...)
#define __constant__ static const
// In a section of its own, which is overwritten before each block runs.
#define __shared__ static __attribute__((section("shared_memory")))

struct Index {
  uint32_t x, y, z;
};
extern Index threadIdx, blockIdx, blockDim, gridDim;

struct alignas(16) uint4 {
  uint32_t x, y, z, w;
};

// All threads of a warp, or of a block, wait for each other. See fibers.h.
uint32_t shuffleUp(uint32_t mask, uint32_t value, int distance);
bool anyOfWarp(uint32_t mask, bool value);
void waitForWarp();
bool anyOfBlock(bool value);

static inline uint32_t __shfl_up_sync(uint32_t mask, uint32_t value, int distance) {
  return shuffleUp(mask, value, distance);
}
static inline int __any_sync(uint32_t mask, int value) { return anyOfWarp(mask, value != 0); }
static inline void __syncwarp() { waitForWarp(); }
static inline void __syncthreads() { anyOfBlock(false); }
static inline int __syncthreads_or(int value) { return anyOfBlock(value != 0); }

static inline uint32_t __byte_perm(uint32_t low, uint32_t high, uint32_t selector) {
  uint64_t bytes = (uint64_t)high << 32 | low;
  uint32_t result = 0;
  for (int i = 0; i < 4; i++) {
    result |= (uint32_t)(bytes >> (8 * (selector >> (4 * i) & 7)) & 255) << (8 * i);
  }
  return result;
}

// The library is compiled with -ffp-contract=off, so each of these is rounded.
static inline float __fmul_rn(float a, float b) { return a * b; }
static inline float __fadd_rn(float a, float b) { return a + b; }

static inline float __uint_as_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// Only one thread runs at a time.
static inline int atomicMax(int *target, int value) {
  int before = *target;
  *target = before > value ? before : value;
  return before;
}

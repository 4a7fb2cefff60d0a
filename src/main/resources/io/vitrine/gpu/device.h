// What all kernels share. The sources use no header of the system, so that NVRTC needs none.
#pragma once
#include "layout.h"

// Small functions, parts of a kernel.
#define DEVICE static __device__ __forceinline__
#define MEMBER __device__ __forceinline__

// The argument of a kernel stays in constant memory, where its tables are indexed without a copy for each thread.
#define KERNEL extern "C" __global__ void
#define ARGUMENT const __grid_constant__ Batch

DEVICE i32 atLeast(i32 a, i32 b) { return a > b ? a : b; }
DEVICE i32 atMost(i32 a, i32 b) { return a < b ? a : b; }
DEVICE i32 clamp(i32 value, i32 low, i32 high) { return atMost(atLeast(value, low), high); }
DEVICE u8 toLevel(i32 value) { return (u8)clamp(value, 0, 255); }

// An anomaly: the CPU decodes the image. The highest status stays if several threads find one.
DEVICE void report(const Batch &batch, u32 image, i32 status) { atomicMax(batch.status + image, status); }

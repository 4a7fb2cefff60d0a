// Weighted sums of a resize: of levels, as Pillow computes them, or of floats, as torchvision does.
#pragma once
#include "device.h"

// Levels in fixed point of 22 bits, rounded and clipped. Sums wrap at 32 bits.
struct Levels {
  typedef u8 Value;
  typedef u32 Sum;

  static MEMBER Value of(const Batch &, i32, u32 level) { return (u8)level; }
  static MEMBER Sum zero() { return 1u << 21; }
  static MEMBER Sum plus(Sum sum, u32 weight, Value value) { return sum + weight * value; }
  static MEMBER Value result(Sum sum) { return toLevel((i32)sum >> 22); }
};

// Rescaled levels. Each product and each sum is rounded to 32 bits, in the order of the inputs: so never as one instruction.
struct Floats {
  typedef float Value;
  typedef float Sum;

  static MEMBER Value of(const Batch &batch, i32 channel, u32 level) { return batch.level[channel][level]; }
  static MEMBER Sum zero() { return 0.0f; }
  static MEMBER Sum plus(Sum sum, u32 weight, Value value) {
    return __fadd_rn(sum, __fmul_rn(__uint_as_float(weight), value));
  }
  static MEMBER Value result(Sum sum) { return sum; }
};

// One axis of a resize, with its weights.
struct Weights {
  i32 stride;           // 0: the axis keeps its size, and has no weights
  const u32 *firsts, *counts, *weights;

  MEMBER bool keepsSize() const { return stride == 0; }
  MEMBER i32 first(i32 output) const { return (i32)firsts[output]; }
  MEMBER i32 end(i32 output) const { return (i32)(firsts[output] + counts[output]); }
  // The weight of input `first(output) + tap`.
  MEMBER u32 weight(i32 output, i32 tap) const { return weights[(u64)output * stride + tap]; }
};

DEVICE Weights weightsOf(const Batch &batch, const Axis &axis) {
  Weights weights;
  weights.stride = axis.stride;
  weights.firsts = batch.coefficient + axis.firsts;
  weights.counts = batch.coefficient + axis.counts;
  weights.weights = batch.coefficient + axis.weights;
  return weights;
}

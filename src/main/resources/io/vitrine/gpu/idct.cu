// Coefficients become samples, a thread for each block. Planes are row after row, as wide as whole blocks.
#include "idct.h"

#define MAX_SUM 5800       // of a block's coefficients
#define MAX_SAMPLE 512     // around 0

DEVICE i32 componentOf(const Image &image, u32 block) {
  i32 component = 0;
  while (component + 1 < image.components && block >= image.component[component + 1].firstBlock) {
    component++;
  }
  return component;
}

// Reads a block, and multiplies it with its steps. As in libjpeg-turbo, the products keep 16 bits. Returns whether one has more.
DEVICE bool dequantise(const i16 *block, const u16 *steps, i32 (&values)[SIDE * SIDE]) {
  const uint4 *eights = (const uint4 *)block;
  bool wraps = false;
#pragma unroll
  for (i32 y = 0; y < SIDE; y++) {
    uint4 eight = eights[y];
    u32 pairs[4] = {eight.x, eight.y, eight.z, eight.w};
#pragma unroll
    for (i32 x = 0; x < SIDE; x++) {
      i32 coefficient = (i16)(pairs[x / 2] >> (16 * (x % 2)));
      i32 product = coefficient * (i32)steps[y * SIDE + x];
      values[y * SIDE + x] = (i16)product;
      wraps = wraps || values[y * SIDE + x] != product;
    }
  }
  return wraps;
}

// Whether versions of libjpeg may give different samples. The CPU reads four components with the JDK's, which has no sums of 16
// bits, and whose samples wrap beyond 10 bits. Sums of the first pass are up to 5.55 times those of the coefficients.
DEVICE bool isExtreme(const i32 (&values)[SIDE * SIDE]) {
  i32 sum = 0;
#pragma unroll
  for (i32 i = 0; i < SIDE * SIDE; i++) {
    sum += values[i] < 0 ? -values[i] : values[i];
  }
  return sum > MAX_SUM;
}

DEVICE bool isOutOfRange(const i32 (&values)[SIDE * SIDE]) {
  bool out = false;
#pragma unroll
  for (i32 i = 0; i < SIDE * SIDE; i++) {
    out = out || values[i] < -MAX_SAMPLE || values[i] >= MAX_SAMPLE;
  }
  return out;
}

DEVICE void store(const i32 (&values)[SIDE * SIDE], u8 *samples, i32 stride) {
#pragma unroll
  for (i32 y = 0; y < SIDE; y++) {
    u64 row = 0;
#pragma unroll
    for (i32 x = 0; x < SIDE; x++) {
      row |= (u64)toLevel(values[y * SIDE + x] + 128) << (8 * x);
    }
    *(u64 *)(samples + (u64)y * stride) = row;
  }
}

// Grid: x over the blocks of an image, y over images.
KERNEL __launch_bounds__(128) transformBlocks(ARGUMENT batch) {
  const Image &image = batch.image[blockIdx.y];
  if (batch.status[blockIdx.y] != DECODED) {
    return;
  }
  for (u32 i = blockIdx.x * blockDim.x + threadIdx.x; i < image.blocks; i += gridDim.x * blockDim.x) {
    const Component &component = image.component[componentOf(image, i)];
    u32 inPlane = i - component.firstBlock;
    u32 y = inPlane / component.blocksWide;
    u32 x = inPlane % component.blocksWide;
    i32 stride = component.blocksWide * SIDE;
    i32 values[SIDE * SIDE];
    const u16 *steps = batch.quantisation[component.quantisation].steps;
    bool wraps = dequantise(batch.block + (image.coefficients + i) * (SIDE * SIDE), steps, values);
    bool extreme = image.components == 4 && (wraps || isExtreme(values));
    transformBlock(values);
    if (extreme || (image.components == 4 && isOutOfRange(values))) {
      report(batch, blockIdx.y, EXTREME);
    }
    u8 *plane = batch.sample + image.samples + (u64)component.firstBlock * (SIDE * SIDE);
    store(values, plane + (u64)y * SIDE * stride + x * SIDE, stride);
  }
}

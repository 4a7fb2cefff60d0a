// Coefficients become samples, a thread for each block. Planes are row after row, as wide as whole blocks.
#include "idct.h"

DEVICE i32 componentOf(const Image &image, u32 block) {
  i32 component = 0;
  while (component + 1 < image.components && block >= image.component[component + 1].firstBlock) {
    component++;
  }
  return component;
}

// Reads a block, and multiplies it with its steps. As in libjpeg-turbo, the products keep 16 bits.
DEVICE void dequantise(const i16 *block, const u16 *steps, i32 (&values)[SIDE * SIDE]) {
  const uint4 *eights = (const uint4 *)block;
#pragma unroll
  for (i32 y = 0; y < SIDE; y++) {
    uint4 eight = eights[y];
    u32 pairs[4] = {eight.x, eight.y, eight.z, eight.w};
#pragma unroll
    for (i32 x = 0; x < SIDE; x++) {
      i32 coefficient = (i16)(pairs[x / 2] >> (16 * (x % 2)));
      values[y * SIDE + x] = (i16)(coefficient * (i32)steps[y * SIDE + x]);
    }
  }
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
    dequantise(batch.block + (image.coefficients + i) * (SIDE * SIDE), steps, values);
    transformBlock(values);
    u8 *plane = batch.sample + image.samples + (u64)component.firstBlock * (SIDE * SIDE);
    store(values, plane + (u64)y * SIDE * stride + x * SIDE, stride);
  }
}

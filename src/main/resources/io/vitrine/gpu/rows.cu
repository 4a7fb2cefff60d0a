// The first pass of a resize, from planes: upsampling, colour, turning upright and the horizontal sums, all in one, so that no
// image of full size is in memory. Grid: x over tiles, y over images.
//
// A tile is some rows of the upright image and as many output columns as the block has threads. The block makes the tile's pixels
// in shared memory, a piece of columns after the other, and each thread adds those of its output column to its sums.
#include "colour.h"
#include "crop.h"
#include "sums.h"

#define TILE_ROWS 8
#define PIECE 512        // columns
#define ROW_THREADS 256

struct Tile {
  i32 row, rows;         // of the upright image
  i32 column, endColumn; // of the output
};

// Makes the pixels of columns `from` to `end`. Neighbouring threads read neighbouring bytes of the stored image.
DEVICE void makePixels(
    const Image &image, const Plane *planes, const Tile &tile, i32 from, i32 end, u32 (*pixels)[PIECE]) {
  if (isTurned(image)) {
    for (i32 i = threadIdx.x; i < (end - from) * TILE_ROWS; i += blockDim.x) {
      i32 row = i % TILE_ROWS;
      i32 column = i / TILE_ROWS;
      if (row < tile.rows) {
        pixels[row][column] = uprightPixel(image, planes, from + column, tile.row + row);
      }
    }
  } else {
    for (i32 row = 0; row < tile.rows; row++) {
      for (i32 column = threadIdx.x; column < end - from; column += blockDim.x) {
        pixels[row][column] = uprightPixel(image, planes, from + column, tile.row + row);
      }
    }
  }
}

DEVICE u32 channelOf(u32 pixel, i32 channel) { return pixel >> (8 * channel) & 255; }

// Adds a column of pixels to the sums. Rows that the tile lacks add what an earlier tile left; nobody reads their sums.
template <class Arithmetic>
DEVICE void addColumn(
    const Batch &batch, const u32 (*pixels)[PIECE], i32 column, u32 weight,
    typename Arithmetic::Sum (&sums)[TILE_ROWS][3]) {
#pragma unroll
  for (i32 row = 0; row < TILE_ROWS; row++) {
    u32 pixel = pixels[row][column];
#pragma unroll
    for (i32 channel = 0; channel < 3; channel++) {
      typename Arithmetic::Value value = Arithmetic::of(batch, channel, channelOf(pixel, channel));
      sums[row][channel] = Arithmetic::plus(sums[row][channel], weight, value);
    }
  }
}

// Resizes a tile. All threads of the block take part.
template <class Arithmetic>
DEVICE void resizeTile(
    const Batch &batch, const Image &image, const Plane *planes, const Tile &tile, u32 (*pixels)[PIECE],
    typename Arithmetic::Value *rows) {
  Weights weights = weightsOf(batch, image.horizontal);
  i32 output = tile.column + threadIdx.x;
  bool active = output < tile.endColumn;
  i32 first = active ? weights.first(output) : 0;
  i32 end = active ? weights.end(output) : 0;
  i32 tileEnd = weights.end(tile.endColumn - 1);
  typename Arithmetic::Sum sums[TILE_ROWS][3];
#pragma unroll
  for (i32 i = 0; i < TILE_ROWS * 3; i++) {
    sums[i / 3][i % 3] = Arithmetic::zero();
  }
  for (i32 from = weights.first(tile.column); from < tileEnd; from += PIECE) {
    i32 pieceEnd = atMost(from + PIECE, tileEnd);
    makePixels(image, planes, tile, from, pieceEnd, pixels);
    __syncthreads();
    for (i32 x = atLeast(first, from); x < atMost(end, pieceEnd); x++) {
      addColumn<Arithmetic>(batch, pixels, x - from, weights.weight(output, x - first), sums);
    }
    __syncthreads();
  }
#pragma unroll
  for (i32 row = 0; row < TILE_ROWS; row++) {
    if (active && row < tile.rows) {
      u64 at = ((u64)(tile.row - image.firstRow + row) * image.horizontal.out + output) * 3;
#pragma unroll
      for (i32 channel = 0; channel < 3; channel++) {
        rows[at + channel] = Arithmetic::result(sums[row][channel]);
      }
    }
  }
}

template <class Arithmetic>
DEVICE void resizeTiles(
    const Batch &batch, const Image &image, const Plane *planes, u32 (*pixels)[PIECE],
    typename Arithmetic::Value *rows) {
  i32 left = cropFrom(image.cropLeft);
  i32 right = cropEnd(image.cropLeft, batch.outputWidth, image.horizontal.out);
  i32 across = (right - left + (i32)blockDim.x - 1) / (i32)blockDim.x;
  i32 down = (image.lastRow - image.firstRow + TILE_ROWS - 1) / TILE_ROWS;
  for (i32 i = blockIdx.x; i < across * down; i += gridDim.x) {
    Tile tile;
    tile.row = image.firstRow + i / across * TILE_ROWS;
    tile.rows = atMost(TILE_ROWS, image.lastRow - tile.row);
    tile.column = left + i % across * (i32)blockDim.x;
    tile.endColumn = atMost(tile.column + (i32)blockDim.x, right);
    resizeTile<Arithmetic>(batch, image, planes, tile, pixels, rows);
  }
}

// The width stays: the upright image's rows as they are.
template <class Arithmetic>
DEVICE void copyRows(const Batch &batch, const Image &image, const Plane *planes, typename Arithmetic::Value *rows) {
  u32 width = image.horizontal.out;
  u32 pixels = (u32)(image.lastRow - image.firstRow) * width;
  for (u32 i = blockIdx.x * blockDim.x + threadIdx.x; i < pixels; i += gridDim.x * blockDim.x) {
    u32 pixel = uprightPixel(image, planes, i % width, image.firstRow + i / width);
    for (i32 channel = 0; channel < 3; channel++) {
      rows[(u64)i * 3 + channel] = Arithmetic::of(batch, channel, channelOf(pixel, channel));
    }
  }
}

// Very tall images get their vertical sums first; so the rows are those of the output, in full width.
DEVICE void shrinkColumns(const Batch &batch, const Image &image, const Plane *planes, u8 *rows) {
  Weights weights = weightsOf(batch, image.vertical);
  u32 width = image.horizontal.in;
  u32 pixels = (u32)image.vertical.out * width;
  for (u32 i = blockIdx.x * blockDim.x + threadIdx.x; i < pixels; i += gridDim.x * blockDim.x) {
    i32 output = i / width;
    u32 sums[3] = {Levels::zero(), Levels::zero(), Levels::zero()};
    for (i32 y = weights.first(output); y < weights.end(output); y++) {
      u32 pixel = uprightPixel(image, planes, i % width, y);
      u32 weight = weights.weight(output, y - weights.first(output));
      for (i32 channel = 0; channel < 3; channel++) {
        sums[channel] = Levels::plus(sums[channel], weight, channelOf(pixel, channel));
      }
    }
    for (i32 channel = 0; channel < 3; channel++) {
      rows[(u64)i * 3 + channel] = Levels::result(sums[channel]);
    }
  }
}

template <class Arithmetic>
DEVICE void runRows(const Batch &batch, u32 (*pixels)[PIECE], Plane *planes) {
  const Image &image = batch.image[blockIdx.y];
  if (batch.status[blockIdx.y] != DECODED) {
    return;
  }
  if ((i32)threadIdx.x < image.components) {
    planes[threadIdx.x] = planeOf(image, threadIdx.x, batch.sample);
  }
  __syncthreads();
  typename Arithmetic::Value *rows = (typename Arithmetic::Value *)(batch.rows + image.rows);
  if (image.verticalFirst) {
    shrinkColumns(batch, image, planes, batch.rows + image.rows);
  } else if (image.horizontal.stride == 0) {
    copyRows<Arithmetic>(batch, image, planes, rows);
  } else {
    resizeTiles<Arithmetic>(batch, image, planes, pixels, rows);
  }
}

KERNEL __launch_bounds__(ROW_THREADS) resizeRows(ARGUMENT batch) {
  __shared__ u32 pixels[TILE_ROWS][PIECE];
  __shared__ Plane planes[MAX_COMPONENTS];
  runRows<Levels>(batch, pixels, planes);
}

// For batches of floats. Levels that are only padded as floats are resized as levels.
KERNEL __launch_bounds__(ROW_THREADS) resizeRowsFloat(ARGUMENT batch) {
  __shared__ u32 pixels[TILE_ROWS][PIECE];
  __shared__ Plane planes[MAX_COMPONENTS];
  if (batch.floats == 1) {
    runRows<Floats>(batch, pixels, planes);
  } else {
    runRows<Levels>(batch, pixels, planes);
  }
}

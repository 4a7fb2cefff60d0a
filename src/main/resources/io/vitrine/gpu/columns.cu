// The second pass of a resize: vertical sums, cropped, filled and padded. Grid: x over values of the output, y over images.
#include "sums.h"

// A value of the resized image, from the rows of the first pass.
template <class Arithmetic>
DEVICE typename Arithmetic::Value resizedValue(
    const Batch &batch, const Image &image, const typename Arithmetic::Value *rows, i32 x, i32 y, i32 channel) {
  bool across = image.verticalFirst != 0;  // very tall images have their horizontal sums here
  const Axis &axis = across ? image.horizontal : image.vertical;
  i32 width = across ? image.horizontal.in : image.horizontal.out;
  i32 top = across ? 0 : image.firstRow;
  if (axis.stride == 0) {
    return rows[((u64)(y - top) * width + x) * 3 + channel];
  }
  Weights weights = weightsOf(batch, axis);
  i32 output = across ? x : y;
  i32 first = weights.first(output);
  i32 count = weights.end(output) - first;
  const typename Arithmetic::Value *value =
      rows + (across ? (u64)y * width + first : (u64)(first - top) * width + x) * 3 + channel;
  i32 step = across ? 3 : 3 * width;
  typename Arithmetic::Sum sum = Arithmetic::zero();
  for (i32 tap = 0; tap < count; tap++) {
    sum = Arithmetic::plus(sum, weights.weight(output, tap), value[(u64)tap * step]);
  }
  return Arithmetic::result(sum);
}

// Where a value of the output lies.
struct Spot {
  i32 x, y, channel;

  MEMBER Spot(const Batch &batch, u32 index) {
    u32 perRow = 3 * batch.outputWidth;
    y = index / perRow;
    x = index % perRow / 3;
    channel = index % 3;
  }
};

// A value of the crop; `fill` where the resized image does not reach.
template <class Arithmetic>
DEVICE typename Arithmetic::Value croppedValue(
    const Batch &batch, const Image &image, const Spot &spot, typename Arithmetic::Value fill) {
  i32 x = spot.x + image.cropLeft;
  i32 y = spot.y + image.cropTop;
  if (x < 0 || x >= image.horizontal.out || y < 0 || y >= image.vertical.out) {
    return fill;
  }
  const typename Arithmetic::Value *rows = (const typename Arithmetic::Value *)(batch.rows + image.rows);
  return resizedValue<Arithmetic>(batch, image, rows, x, y, spot.channel);
}

DEVICE u8 filling(const Batch &batch, i32 channel) { return (u8)(batch.fill >> (8 * channel)); }

// Levels as floats, with the padding right of and below the image.
DEVICE float paddedValue(const Batch &batch, const Image &image, const Spot &spot) {
  i32 width = batch.innerWidth > 0 ? batch.innerWidth : image.horizontal.out;
  i32 height = batch.innerHeight > 0 ? batch.innerHeight : image.vertical.out;
  if (spot.x >= width || spot.y >= height) {
    return batch.padding[spot.channel];
  }
  return batch.level[spot.channel][croppedValue<Levels>(batch, image, spot, filling(batch, spot.channel))];
}

KERNEL __launch_bounds__(256) resizeColumns(ARGUMENT batch) {
  const Image &image = batch.image[blockIdx.y];
  if (batch.status[blockIdx.y] != DECODED) {
    return;
  }
  u8 *output = batch.output + image.output;
  u32 values = 3u * batch.outputWidth * batch.outputHeight;
  for (u32 i = blockIdx.x * blockDim.x + threadIdx.x; i < values; i += gridDim.x * blockDim.x) {
    Spot spot(batch, i);
    output[i] = croppedValue<Levels>(batch, image, spot, filling(batch, spot.channel));
  }
}

// For batches of floats. Resized floats are filled with zeros.
KERNEL __launch_bounds__(256) resizeColumnsFloat(ARGUMENT batch) {
  const Image &image = batch.image[blockIdx.y];
  if (batch.status[blockIdx.y] != DECODED) {
    return;
  }
  float *output = (float *)(batch.output + image.output);
  u32 values = 3u * batch.outputWidth * batch.outputHeight;
  for (u32 i = blockIdx.x * blockDim.x + threadIdx.x; i < values; i += gridDim.x * blockDim.x) {
    Spot spot(batch, i);
    output[i] = batch.floats == 1 ? croppedValue<Floats>(batch, image, spot, 0.0f) : paddedValue(batch, image, spot);
  }
}

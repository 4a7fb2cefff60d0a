// Samples of a component at the places of pixels, as libjpeg-turbo makes them (jdsample.c): a triangle filter ("fancy") for halved
// components, else each sample repeated. Both ignore what only fills the last blocks: at an edge the last sample counts.
#pragma once
#include "device.h"

#define NARROW 2 // a component of so few columns is repeated, not filtered, where columns are halved

struct Plane {
  const u8 *samples;
  i32 stride;
  i32 width, height;  // samples that count
  i32 across, down;   // pixels a sample
};

DEVICE Plane planeOf(const Image &image, i32 index, const u8 *samples) {
  const Component &component = image.component[index];
  Plane plane;
  plane.samples = samples + image.samples + (u64)component.firstBlock * 64;
  plane.stride = component.blocksWide * 8;
  plane.width = component.width;
  plane.height = component.height;
  plane.across = image.largestHorizontal / component.horizontal;
  plane.down = image.largestVertical / component.vertical;
  return plane;
}

// The row beside y / 2 that is nearest to row y of the image.
DEVICE i32 rowBeside(const Plane &plane, i32 y) { return clamp(y % 2 == 0 ? y / 2 - 1 : y / 2 + 1, 0, plane.height - 1); }

// Columns are halved: three parts of the nearest sample and one of the next. The first and the last pixel have no next one.
DEVICE i32 halfColumns(const Plane &plane, const u8 *row, i32 x) {
  i32 column = x / 2;
  i32 near = row[column];
  if (x % 2 == 0) {
    return column == 0 ? near : (3 * near + row[column - 1] + 1) >> 2;
  }
  return column == plane.width - 1 ? near : (3 * near + row[column + 1] + 2) >> 2;
}

// Rows are halved.
DEVICE i32 halfRows(const Plane &plane, i32 x, i32 y) {
  i32 near = plane.samples[(u64)(y / 2) * plane.stride + x];
  i32 next = plane.samples[(u64)rowBeside(plane, y) * plane.stride + x];
  return (3 * near + next + (y % 2 == 0 ? 1 : 2)) >> 2;
}

// Both are halved: first the two rows are mixed, in quarters, then two columns of the mixture.
DEVICE i32 halfBoth(const Plane &plane, i32 x, i32 y) {
  const u8 *row = plane.samples + (u64)(y / 2) * plane.stride;
  const u8 *beside = plane.samples + (u64)rowBeside(plane, y) * plane.stride;
  i32 column = x / 2;
  i32 near = 3 * row[column] + beside[column];
  bool even = x % 2 == 0;
  i32 last = even ? 0 : plane.width - 1;
  if (column == last) {
    return (4 * near + (even ? 8 : 7)) >> 4;
  }
  i32 next = even ? column - 1 : column + 1;
  return (3 * near + 3 * row[next] + beside[next] + (even ? 8 : 7)) >> 4;
}

DEVICE i32 sampleAt(const Plane &plane, i32 x, i32 y) {
  if (plane.across == 1 && plane.down == 1) {
    return plane.samples[(u64)y * plane.stride + x];
  }
  if (plane.across == 1 && plane.down == 2) {
    return halfRows(plane, x, y);
  }
  if (plane.across == 2 && plane.down == 1 && plane.width > NARROW) {
    return halfColumns(plane, plane.samples + (u64)y * plane.stride, x);
  }
  if (plane.across == 2 && plane.down == 2 && plane.width > NARROW) {
    return halfBoth(plane, x, y);
  }
  return plane.samples[(u64)(y / plane.down) * plane.stride + x / plane.across];
}

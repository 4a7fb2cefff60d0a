// RGB of a pixel of the upright image, as libjpeg, Pillow and EXIF say. Pixels are red | green << 8 | blue << 16.
#pragma once
#include "upsampling.h"

DEVICE u32 packed(i32 red, i32 green, i32 blue) { return red | green << 8 | blue << 16; }

// libjpeg's YCbCr to RGB (JFIF), in fixed point of 16 bits.
DEVICE void toRgb(i32 y, i32 blueness, i32 redness, i32 (&rgb)[3]) {
  i32 cb = blueness - 128;
  i32 cr = redness - 128;
  i32 half = 1 << 15;
  rgb[0] = y + ((91881 * cr + half) >> 16);               // 1.402
  rgb[1] = y + ((-22554 * cb - 46802 * cr + half) >> 16); // 0.34414, 0.71414
  rgb[2] = y + ((116130 * cb + half) >> 16);              // 1.772
}

// Pillow's CMYK to RGB, of one ink.
DEVICE i32 withInk(i32 ink, i32 black) {
  i32 notBlack = 255 - black;
  i32 product = ink * notBlack + 128;
  return atLeast(0, notBlack - (((product >> 8) + product) >> 8));
}

// Four channels, inverted as Adobe writes them. Pillow takes them all so.
DEVICE u32 inksToRgb(i32 cyan, i32 magenta, i32 yellow, i32 black) {
  i32 ink = 255 - black;
  return packed(withInk(255 - cyan, ink), withInk(255 - magenta, ink), withInk(255 - yellow, ink));
}

// A pixel as the file stores it.
DEVICE u32 storedPixel(const Plane *planes, i32 colour, i32 x, i32 y) {
  i32 first = sampleAt(planes[0], x, y);
  if (colour == GREY) {
    return packed(first, first, first);
  }
  i32 second = sampleAt(planes[1], x, y);
  i32 third = sampleAt(planes[2], x, y);
  if (colour == RGB) {
    return packed(first, second, third);
  }
  if (colour == CMYK) {
    return inksToRgb(first, second, third, sampleAt(planes[3], x, y));
  }
  i32 rgb[3];
  toRgb(first, second, third, rgb);
  if (colour == YCCK) {  // libjpeg's CMYK of it is the complement
    i32 black = sampleAt(planes[3], x, y);
    return inksToRgb(toLevel(255 - rgb[0]), toLevel(255 - rgb[1]), toLevel(255 - rgb[2]), black);
  }
  return packed(toLevel(rgb[0]), toLevel(rgb[1]), toLevel(rgb[2]));
}

// Whether rows of the upright image are columns of the stored one.
DEVICE bool isTurned(const Image &image) { return image.orientation >= 5; }

// A pixel of the image turned upright. Orientations: 2 mirrored, 3 by 180 degrees, 4 flipped, 5 transposed, 6 and 8 by a quarter,
// 7 transversed.
DEVICE u32 uprightPixel(const Image &image, const Plane *planes, i32 x, i32 y) {
  i32 column = isTurned(image) ? y : x;
  i32 row = isTurned(image) ? x : y;
  i32 orientation = image.orientation;
  if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) {
    column = image.width - 1 - column;
  }
  if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) {
    row = image.height - 1 - row;
  }
  return storedPixel(planes, image.colour, column, row);
}

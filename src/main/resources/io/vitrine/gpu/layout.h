// What the host gives the kernels: one batch of JPEG files, parsed and without byte stuffing. All offsets are within the batch.
// io.vitrine.gpu.BatchLayout writes these structures; a test compares every offset. Little-endian, natural alignment.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef short i16;
typedef int i32;

#define MAX_COMPONENTS 4
#define MAX_MCU_BLOCKS 10   // ITU T.81, B.2.3; libjpeg refuses more
#define LOOKUP_BITS 10

// How samples become RGB.
enum Colour { GREY, YCBCR, RGB, CMYK, YCCK };  // four channels as Pillow stores and converts them

// What became of an image: DECODED, or the CPU decodes it and judges.
enum Status { DECODED = 0, BAD_CODE = 1, WRONG_LENGTH = 2, UNSYNCHRONISED = 3, EXTREME = 4 };

struct Component {
  i32 horizontal, vertical;     // sampling factors
  i32 quantisation;             // index among the batch's tables
  i32 blocksWide, blocksHigh;   // stored blocks, whole MCUs of an interleaved scan
  i32 width, height;            // samples that count: ceil(image * factor / largest factor)
  u32 firstBlock;               // of the image's blocks
};

// One axis of a resize. first[i], count[i]: the input samples of output i; weights[i * stride + k] in units of 2^-22, or floats.
struct Axis {
  i32 in, out;
  i32 stride;                   // 0: this axis keeps its size
  u32 firsts, counts, weights;  // indices of 32-bit words in the batch's coefficients
};

struct Image {
  i32 width, height;            // as stored, before it is turned upright
  i32 components, colour;
  i32 largestHorizontal, largestVertical;
  i32 orientation;              // EXIF, 1 to 8
  u32 firstScan, scans;
  u32 blocks;                   // of all components
  u64 coefficients;             // first block; a block has 64 coefficients of 16 bits in natural order
  u64 samples;                  // first byte of the planes: 64 bytes a block, component after component; a multiple of 8
  u64 rows;                     // first byte of the first pass's result: 3 bytes or floats a pixel, row after row; a multiple of 4
  struct Component component[MAX_COMPONENTS];
  struct Axis horizontal, vertical;   // of the upright image
  i32 firstRow, lastRow;        // rows of the upright image that the vertical pass reads; lastRow is exclusive
  i32 verticalFirst;            // 1: Pillow shrinks very tall images vertically first
  i32 cropLeft, cropTop;        // the crop in the resized image; negative where the image is smaller
  u64 output;                   // first byte of the result; a multiple of 4
};

// One scan: all components, or some, interleaved.
struct Scan {
  u32 image;
  i32 components;
  i32 blocks;                   // of an MCU
  i32 mcusWide, mcusHigh;
  u8 component[MAX_MCU_BLOCKS]; // of each block of an MCU
  u8 column[MAX_MCU_BLOCKS], row[MAX_MCU_BLOCKS]; // of the block within its component's part of the MCU
  u8 unused[2];
  i32 dcTable[MAX_COMPONENTS], acTable[MAX_COMPONENTS]; // by component of the image; indices among the batch's Huffman tables
  u32 firstSegment, segments;
};

// The data between two restart markers, or a whole scan.
struct Segment {
  u32 word;                     // where it begins in the batch's stream of big-endian 32-bit words
  u32 bits;                     // with the padding of its last byte; less than 2^31
  u32 firstMcu, mcus;
};

struct Huffman {
  u16 lookup[1 << LOOKUP_BITS]; // length << 8 | symbol; 0: longer, or no code
  i32 lastCode[18];             // of each length; -1: none
  i32 offset[17];               // from a code to the index of its symbol
  u8 symbols[256];
};

struct Quantisation { u16 steps[64]; }; // natural order

// The only argument of every kernel.
struct Batch {
  u32 images, scans, segments, unused;
  const struct Image *image;
  const struct Scan *scan;
  const struct Segment *segment;
  const struct Huffman *huffman;
  const struct Quantisation *quantisation;
  const u32 *stream;            // 16 bytes of zeros follow each segment
  const u32 *coefficient;       // of resizing: firsts, counts, weights
  i16 *block;                   // zeroed before the scans are decoded
  u8 *sample;
  u8 *rows;
  u8 *output;
  i32 *status;                  // of each image, DECODED before
  i32 outputWidth, outputHeight;
  i32 fill;                     // around smaller images: red | green << 8 | blue << 16
  i32 floats;                   // 1: resize 32-bit floats as torchvision, 2: pad levels as floats
  float level[3][256];          // floats: the value of each level of each channel
  float padding[3];
  i32 innerWidth, innerHeight;  // floats 2: the unpadded image; 0: as large as each resized image
};

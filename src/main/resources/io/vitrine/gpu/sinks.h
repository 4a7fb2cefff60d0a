// What becomes of the symbols of a share.
#pragma once
#include "huffman.h"

// Counts what a share has: so the lanes behind it learn where their blocks lie, and from which levels their differences start.
struct Tally {
  u32 blocks;                   // that end in the share
  i32 levels[MAX_COMPONENTS];   // sums of DC differences

  MEMBER void clear() {
    blocks = 0;
#pragma unroll
    for (i32 i = 0; i < MAX_COMPONENTS; i++) {
      levels[i] = 0;
    }
  }

  MEMBER void add(const Tally &other) {
    blocks += other.blocks;
#pragma unroll
    for (i32 i = 0; i < MAX_COMPONENTS; i++) {
      levels[i] = (i32)((u32)levels[i] + (u32)other.levels[i]);  // of hostile files they wrap
    }
  }

  MEMBER bool difference(i32 component, i32 value) {
#pragma unroll
    for (i32 i = 0; i < MAX_COMPONENTS; i++) {  // a variable index would put the levels into memory
      levels[i] = (i32)((u32)levels[i] + (i == component ? (u32)value : 0));
    }
    return true;
  }

  MEMBER void coefficient(i32, i32) {}

  // Faults of a lane that is out of step say nothing. Writing meets those that count.
  MEMBER bool passes() { return true; }

  MEMBER bool endOfBlock(u32) {
    blocks++;
    return true;
  }
};

// Stores coefficients. Starts at the first block that has a symbol in the share.
struct Writer {
  const Image *image;
  const Scan *scan;
  const u8 *natural;
  i16 *blocks;                  // the image's
  i16 *block;
  u32 column, row;              // of the MCU
  i32 part;                     // block of the MCU
  u32 left;                     // blocks that the segment still has to have, the current one included
  u32 bits;                     // of the segment
  i32 levels[MAX_COMPONENTS];   // of the blocks before
  i32 status;
  bool finished;                // met the end of the segment's last block

  MEMBER void start(const Batch &batch, const Scan &ofScan, const Segment &segment, const Tally &before, const u8 *order) {
    image = batch.image + ofScan.image;
    scan = &ofScan;
    natural = order;
    blocks = batch.block + image->coefficients * COEFFICIENTS;
    u32 mcu = segment.firstMcu + before.blocks / ofScan.blocks;
    part = before.blocks % ofScan.blocks;
    column = mcu % ofScan.mcusWide;
    row = mcu / ofScan.mcusWide;
    u32 total = segment.mcus * ofScan.blocks;
    left = before.blocks < total ? total - before.blocks : 0;  // 0: the lane has padding, or what should not be there
    bits = segment.bits;
#pragma unroll
    for (i32 i = 0; i < MAX_COMPONENTS; i++) {
      levels[i] = before.levels[i];
    }
    status = DECODED;
    finished = false;
    if (left > 0) {
      findBlock();
    }
  }

  // A scan of one component has MCUs of one block, and lacks the blocks that only fill MCUs of several components.
  MEMBER void findBlock() {
    const Component &component = image->component[scan->component[part]];
    u32 across = scan->components == 1 ? 1 : component.horizontal;
    u32 down = scan->components == 1 ? 1 : component.vertical;
    u32 x = column * across + scan->column[part];
    u32 y = row * down + scan->row[part];
    block = blocks + (u64)COEFFICIENTS * (component.firstBlock + y * component.blocksWide + x);
  }

  MEMBER bool difference(i32 component, i32 value) {
    i32 level = 0;
#pragma unroll
    for (i32 i = 0; i < MAX_COMPONENTS; i++) {
      levels[i] = (i32)((u32)levels[i] + (i == component ? (u32)value : 0));
      level = i == component ? levels[i] : level;
    }
    block[0] = (i16)level;
    return level == (i16)level;
  }

  MEMBER void coefficient(i32 index, i32 value) { block[natural[index]] = (i16)value; }

  MEMBER bool passes() {
    status = BAD_CODE;
    return false;
  }

  // Behind the last block only the padding of its byte may follow.
  MEMBER bool endOfBlock(u32 bit) {
    if (--left == 0) {
      finished = true;
      status = bit > bits || bits - bit >= 8 ? WRONG_LENGTH : DECODED;
      return false;
    }
    part++;
    if (part == scan->blocks) {
      part = 0;
      column++;
      if (column == (u32)scan->mcusWide) {
        column = 0;
        row++;
      }
    }
    findBlock();
    return true;
  }
};

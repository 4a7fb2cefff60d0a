// Huffman decoding of a part of a scan's data (ITU T.81, F.2.2), from any symbol on. What becomes of the symbols is up to a sink:
// a Tally counts them, a Writer stores them.
#pragma once
#include "device.h"

#define COEFFICIENTS 64
#define MAX_DC_BITS 11    // of a value that 8-bit samples can have; longer ones are left to the CPU
#define MAX_AC_BITS 10
#define MAX_CODE_BITS 16
#define ZERO_RUN 15

// The tables of a scan whose short codes are in shared memory; more than these are rare.
#define SHARED_TABLES 4
#define SHARED_BITS 9     // 4 KB a scan, so that 8 scans fit a thread block on every GPU

struct SharedTables {
  u16 lookup[SHARED_TABLES][1 << SHARED_BITS]; // as in Huffman; 0 for longer codes
  u8 natural[COEFFICIENTS];                    // from the order of the stream to rows of a block
};

__constant__ u8 NATURAL[COEFFICIENTS] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

// What decoding a scan needs.
struct Coding {
  const SharedTables *tables;
  const Huffman *huffman;  // the batch's
  const Scan *scan;
  u32 components;          // two bits for each block of an MCU: its component
  u32 slots;               // four bits for each component's DC table, then for each one's AC table: its place in shared memory
};

// Between two symbols.
struct Place {
  u32 bit;          // of the segment
  u32 coefficient;  // block of the MCU << 6 | next coefficient of the block
};

DEVICE bool operator!=(const Place &a, const Place &b) { return a.bit != b.bit || a.coefficient != b.coefficient; }

// The bits from a place on, highest first. At most 32 are taken between two refills.
struct Bits {
  u64 bits;         // the next ones, from the highest on
  i32 count;        // how many
  u32 ahead;        // the word behind them, read before it is needed
  const u32 *word;  // the one behind that
};

DEVICE u64 bigEndian(u32 word) { return __byte_perm(word, 0, 0x0123); }

// Reads up to two words beyond that of the bit. Zeros follow each segment, so they exist for all bits of it.
DEVICE Bits bitsFrom(const u32 *words, u32 bit) {
  const u32 *word = words + (bit >> 5);
  i32 skipped = bit & 31;
  Bits bits;
  bits.bits = (bigEndian(word[0]) << 32 | bigEndian(word[1])) << skipped;
  bits.count = 64 - skipped;
  bits.ahead = word[2];
  bits.word = word + 3;
  return bits;
}

DEVICE void refill(Bits &bits) {
  if (bits.count <= 32) {
    bits.bits |= bigEndian(bits.ahead) << (32 - bits.count);
    bits.count += 32;
    bits.ahead = *bits.word++;
  }
}

// A code that is not in shared memory, as length << 8 | symbol; 0 if no code begins these 32 bits.
DEVICE u32 longCode(const Huffman &table, u32 bits) {
  u32 known = table.lookup[bits >> (32 - LOOKUP_BITS)];
  for (i32 length = LOOKUP_BITS + 1; known == 0 && length <= MAX_CODE_BITS; length++) {
    i32 code = bits >> (32 - length);
    if (code <= table.lastCode[length]) {
      known = length << 8 | table.symbols[(code + table.offset[length]) & 255];
    }
  }
  return known;
}

// The code that the bits begin with.
DEVICE u32 codeOf(const Coding &coding, i32 component, bool dc, u32 bits) {
  i32 slot = coding.slots >> (4 * (dc ? component : component + MAX_COMPONENTS)) & 15;
  u32 code = slot < SHARED_TABLES ? coding.tables->lookup[slot][bits >> (32 - SHARED_BITS)] : 0;
  if (code == 0) {
    i32 table = dc ? coding.scan->dcTable[component] : coding.scan->acTable[component];
    code = longCode(coding.huffman[table], bits);
  }
  return code;
}

// A number of `size` bits; those that begin with 0 stand for negative ones (F.2.2.1, EXTEND).
DEVICE i32 valueOf(u32 bits, i32 size) {
  if (size == 0) {
    return 0;
  }
  i32 value = bits >> (32 - size);
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

// Decodes from `place` to the first symbol at or behind bit `end`, or until the sink has enough. Each step takes at least one bit.
template <class Sink>
DEVICE Place decodeShare(const Coding &coding, const u32 *words, Place place, u32 end, Sink &sink) {
  if (place.bit >= end) {
    return place;
  }
  Bits bits = bitsFrom(words, place.bit);
  i32 blocks = coding.scan->blocks;
  i32 block = place.coefficient >> 6;
  i32 coefficient = place.coefficient & 63;
  u32 bit = place.bit;
  bool more = true;
  while (more && bit < end) {
    refill(bits);
    bool dc = coefficient == 0;
    i32 component = coding.components >> (2 * block) & 3;
    u32 code = codeOf(coding, component, dc, (u32)(bits.bits >> 32));
    bool good = code != 0;
    i32 length = good ? code >> 8 : MAX_CODE_BITS;  // a lane that is out of step meets no codes, too
    i32 size = code & 15;
    i32 run = code >> 4 & 15;
    i32 value = valueOf((u32)(bits.bits << length >> 32), size);
    bits.bits <<= length + size;
    bits.count -= length + size;
    bit += length + size;
    if (dc) {
      good = good && size <= MAX_DC_BITS && sink.difference(component, value);
      coefficient = 1;
    } else if (size > 0) {
      coefficient += run;
      good = good && coefficient < COEFFICIENTS && size <= MAX_AC_BITS;
      sink.coefficient(coefficient & 63, value);
      coefficient++;
    } else if (run == ZERO_RUN) {
      coefficient += 16;
      good = good && coefficient < COEFFICIENTS;  // encoders end the block instead
    } else {
      coefficient = COEFFICIENTS;
    }
    more = good || sink.passes();
    if (more && coefficient >= COEFFICIENTS) {
      coefficient = 0;
      block = block + 1 == blocks ? 0 : block + 1;
      more = sink.endOfBlock(bit);
    }
  }
  Place reached;
  reached.bit = bit;
  reached.coefficient = block << 6 | (coefficient & 63);
  return reached;
}

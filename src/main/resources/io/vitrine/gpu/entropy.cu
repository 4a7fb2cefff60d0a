// Entropy decoding: the data of scans become coefficients.
//
// Huffman streams synchronise by themselves: a decoder that starts at a wrong bit soon meets the true symbols. So the bits of a
// segment are cut into shares, one a lane, and each lane decodes its own as if it began with an MCU. Then each takes the place
// where the lane before ended, and, where it began elsewhere, decodes again; until all agree. Only then do they write.
#include "lanes.h"

#define SCANS_PER_BLOCK 8         // of decodeScans: a warp each
#define MAX_BITS_BEHIND (1 << 21) // decoded again by a lane: as many as a warp's scan has. Bounds the time of hostile scans

DEVICE i32 tableOf(const Scan &scan, i32 index) {
  return index < MAX_COMPONENTS ? scan.dcTable[index] : scan.acTable[index - MAX_COMPONENTS];
}

DEVICE u32 componentsOf(const Scan &scan) {
  u32 components = 0;
  for (i32 i = 0; i < scan.blocks; i++) {
    components |= (u32)(scan.component[i] & 3) << (2 * i);
  }
  return components;
}

DEVICE bool has(const Scan &scan, i32 component) {
  bool found = false;
  for (i32 i = 0; i < scan.blocks; i++) {
    found = found || scan.component[i] == component;
  }
  return found;
}

// Gives each table of the scan a slot, and the same table the same one. Copies the first into shared memory.
template <class Lanes>
DEVICE u32 loadTables(const Batch &batch, const Scan &scan, const Lanes &lanes, SharedTables &shared) {
  u32 slots = 0;
  i32 used = 0;
  for (i32 i = 0; i < 2 * MAX_COMPONENTS; i++) {
    if (!has(scan, i % MAX_COMPONENTS)) {
      continue;
    }
    i32 slot = used;
    for (i32 j = 0; j < i; j++) {
      if (has(scan, j % MAX_COMPONENTS) && tableOf(scan, j) == tableOf(scan, i)) {
        slot = slots >> (4 * j) & 15;
      }
    }
    slots |= (u32)slot << (4 * i);
    if (slot == used && used++ < SHARED_TABLES) {
      const u16 *from = batch.huffman[tableOf(scan, i)].lookup;
      for (i32 k = lanes.lane; k < 1 << SHARED_BITS; k += Lanes::COUNT) {
        u16 code = from[k << (LOOKUP_BITS - SHARED_BITS)];
        shared.lookup[slot][k] = code >> 8 <= SHARED_BITS ? code : 0;
      }
    }
  }
  for (i32 k = lanes.lane; k < COEFFICIENTS; k += Lanes::COUNT) {
    shared.natural[k] = NATURAL[k];
  }
  lanes.wait();
  return slots;
}

// One lane decodes a whole segment: its start is known.
DEVICE i32 decodeAlone(const Batch &batch, const Coding &coding, const Segment &segment) {
  Tally nothing;
  nothing.clear();
  Writer writer;
  writer.start(batch, *coding.scan, segment, nothing, coding.tables->natural);
  Place start = {0, 0};
  if (writer.left > 0) {
    decodeShare(coding, batch.stream + segment.word, start, segment.bits, writer);
  }
  return writer.status == DECODED && !writer.finished ? WRONG_LENGTH : writer.status;
}

// All lanes decode a segment. They all return the same.
template <class Lanes>
DEVICE i32 decodeTogether(const Batch &batch, const Coding &coding, const Segment &segment, const Lanes &lanes) {
  const u32 *words = batch.stream + segment.word;
  u32 share = (segment.bits + Lanes::COUNT - 1) / Lanes::COUNT;
  share = share < Lanes::MIN_SHARE ? Lanes::MIN_SHARE : share;
  u64 from = (u64)lanes.lane * share;
  Place start;
  start.bit = from < segment.bits ? (u32)from : segment.bits;
  start.coefficient = 0;
  u32 end = from + share < segment.bits ? (u32)(from + share) : segment.bits;
  Tally tally;
  tally.clear();
  Place reached = decodeShare(coding, words, start, end, tally);
  for (u64 behind = 0;; behind += share) {
    Place before = lanes.placeBefore(reached);
    bool again = lanes.lane > 0 && before != start;
    if (!lanes.any(again)) {
      break;
    }
    if (behind > MAX_BITS_BEHIND) {
      return UNSYNCHRONISED;
    }
    if (again) {
      start = before;
      tally.clear();
      reached = decodeShare(coding, words, start, end, tally);
    }
  }
  Writer writer;
  writer.start(batch, *coding.scan, segment, lanes.sumBefore(tally), coding.tables->natural);
  if (writer.left > 0) {
    decodeShare(coding, words, start, end, writer);
  }
  bool bad = lanes.any(writer.status == BAD_CODE);
  bool wrongLength = lanes.any(writer.status == WRONG_LENGTH);
  bool finished = lanes.any(writer.finished);
  return bad ? BAD_CODE : wrongLength || !finished ? WRONG_LENGTH : DECODED;
}

template <class Lanes>
DEVICE void decodeScan(const Batch &batch, const Scan &scan, const Lanes &lanes, SharedTables &shared) {
  Coding coding;
  coding.tables = &shared;
  coding.huffman = batch.huffman;
  coding.scan = &scan;
  coding.components = componentsOf(scan);
  coding.slots = loadTables(batch, scan, lanes, shared);
  const Segment *segments = batch.segment + scan.firstSegment;
  i32 status = DECODED;
  if (scan.segments >= Lanes::MANY_SEGMENTS) {
    for (u32 i = lanes.lane; i < scan.segments && status == DECODED; i += Lanes::COUNT) {
      status = decodeAlone(batch, coding, segments[i]);
    }
  } else {
    for (u32 i = 0; i < scan.segments && status == DECODED; i++) {
      status = decodeTogether(batch, coding, segments[i], lanes);
    }
  }
  if (status != DECODED) {
    report(batch, scan.image, status);
  }
}

// A scan for each warp.
KERNEL __launch_bounds__(SCANS_PER_BLOCK * WARP, 1) decodeScans(ARGUMENT batch) {
  __shared__ SharedTables tables[SCANS_PER_BLOCK];
  WarpLanes lanes;
  lanes.lane = threadIdx.x % WARP;
  i32 warp = threadIdx.x / WARP;
  u32 index = blockIdx.x * (blockDim.x / WARP) + warp;
  if (index < batch.scans) {
    decodeScan(batch, batch.scan[index], lanes, tables[warp]);
  }
}

// A scan for each block.
KERNEL __launch_bounds__(BLOCK_LANES, 1) decodeLargeScans(ARGUMENT batch) {
  __shared__ SharedTables tables;
  __shared__ Exchange exchange;
  BlockLanes lanes;
  lanes.lane = threadIdx.x;
  lanes.exchange = &exchange;
  if (blockIdx.x < batch.scans) {
    decodeScan(batch, batch.scan[blockIdx.x], lanes, tables);
  }
}

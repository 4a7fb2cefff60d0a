// The kernels for the CPU, in one library: launches, and where the fields of their structures lie.
#include "cuda_on_cpu.h"
#include "fibers.h"
#include <map>
#include <mutex>
#include <random>

#include "kernels.cu"

extern "C" char __start_shared_memory[], __stop_shared_memory[];

namespace {

const std::map<std::string, void (*)(const Batch)> KERNELS = {
    {"decodeScans", decodeScans},         {"decodeLargeScans", decodeLargeScans},
    {"transformBlocks", transformBlocks}, {"resizeRows", resizeRows},
    {"resizeColumns", resizeColumns},     {"resizeRowsFloat", resizeRowsFloat},
    {"resizeColumnsFloat", resizeColumnsFloat}};

#define SIZE(type) {#type, sizeof(type)}
#define AT(type, field) {#type "." #field, offsetof(type, field)}

const std::map<std::string, size_t> LAYOUT = {
    SIZE(Component), AT(Component, horizontal), AT(Component, vertical), AT(Component, quantisation),
    AT(Component, blocksWide), AT(Component, blocksHigh), AT(Component, width), AT(Component, height),
    AT(Component, firstBlock),
    SIZE(Axis), AT(Axis, in), AT(Axis, out), AT(Axis, stride), AT(Axis, firsts), AT(Axis, counts), AT(Axis, weights),
    SIZE(Image), AT(Image, width), AT(Image, height), AT(Image, components), AT(Image, colour),
    AT(Image, largestHorizontal), AT(Image, largestVertical), AT(Image, orientation), AT(Image, firstScan),
    AT(Image, scans), AT(Image, blocks), AT(Image, coefficients), AT(Image, samples), AT(Image, rows),
    AT(Image, component), AT(Image, horizontal), AT(Image, vertical), AT(Image, firstRow), AT(Image, lastRow),
    AT(Image, verticalFirst), AT(Image, cropLeft), AT(Image, cropTop), AT(Image, output),
    SIZE(Scan), AT(Scan, image), AT(Scan, components), AT(Scan, blocks), AT(Scan, mcusWide), AT(Scan, mcusHigh),
    AT(Scan, component), AT(Scan, column), AT(Scan, row), AT(Scan, dcTable), AT(Scan, acTable),
    AT(Scan, firstSegment), AT(Scan, segments),
    SIZE(Segment), AT(Segment, word), AT(Segment, bits), AT(Segment, firstMcu), AT(Segment, mcus),
    SIZE(Huffman), AT(Huffman, lookup), AT(Huffman, lastCode), AT(Huffman, offset), AT(Huffman, symbols),
    SIZE(Quantisation), AT(Quantisation, steps),
    SIZE(Batch), AT(Batch, images), AT(Batch, scans), AT(Batch, segments), AT(Batch, image), AT(Batch, scan),
    AT(Batch, segment), AT(Batch, huffman), AT(Batch, quantisation), AT(Batch, stream), AT(Batch, coefficient),
    AT(Batch, block), AT(Batch, sample), AT(Batch, rows), AT(Batch, output), AT(Batch, status),
    AT(Batch, outputWidth), AT(Batch, outputHeight), AT(Batch, fill), AT(Batch, floats), AT(Batch, level),
    AT(Batch, padding), AT(Batch, innerWidth), AT(Batch, innerHeight)};

std::mutex one;  // at a time: the fibers are static
std::string error;

// Shared memory of a GPU holds what others left. So that no test passes by zeros, it holds something else for each block.
void soil() {
  static std::minstd_rand random;
  memset(__start_shared_memory, (int)random() & 255, __stop_shared_memory - __start_shared_memory);
}

void run(const std::string &name, int columns, int rows, int threads, const Batch &batch) {
  auto kernel = KERNELS.find(name);
  if (kernel == KERNELS.end()) {
    throw LaunchError{"no kernel " + name};
  }
  if (columns < 1 || rows < 1 || rows > 65535 || threads < 1 || threads > 1024 || threads % 32 != 0) {
    throw LaunchError{"a grid that no GPU takes, or that leaves lanes idle"};
  }
  gridDim = {(uint32_t)columns, (uint32_t)rows, 1};
  blockDim = {(uint32_t)threads, 1, 1};
  std::function<void()> thread = [&] { kernel->second(batch); };
  for (int y = 0; y < rows; y++) {
    for (int x = 0; x < columns; x++) {
      soil();
      blockIdx = {(uint32_t)x, (uint32_t)y, 0};
      runBlock(threads, thread);
    }
  }
}

}  // namespace

// Runs a kernel. Returns what is wrong, valid until the next call; null if nothing is.
extern "C" const char *emulate_launch(
    const char *name, int columns, int rows, int threads, int sharedBytes, const void *argument) {
  std::lock_guard<std::mutex> lock(one);
  try {
    if (sharedBytes != 0) {
      throw LaunchError{"dynamic shared memory, which no kernel has"};
    }
    run(name, columns, rows, threads, *(const Batch *)argument);
    return nullptr;
  } catch (const LaunchError &e) {
    error = std::string(name) + ": " + e.what;
    return error.c_str();
  }
}

// The size of a structure ("Image"), or the offset of a field ("Image.width"). -1: there is none.
extern "C" long layout_of(const char *name) {
  auto entry = LAYOUT.find(name);
  return entry == LAYOUT.end() ? -1 : (long)entry->second;
}

#include "fibers.h"
#include "cuda_on_cpu.h"
#include <memory>
#include <vector>

Index threadIdx, blockIdx, blockDim, gridDim;

namespace {

constexpr size_t STACK_BYTES = 64 << 10;
constexpr int WARP = 32;

enum class Barrier { NONE, SHUFFLE, ANY, WARP, BLOCK };

#if defined(__x86_64__)
// Saves the registers that functions keep, and goes on with another stack.
extern "C" void switchStack(void **saved, void *next);
asm(R"(
.text
switchStack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
)");

struct Context {
  void *stack = nullptr;

  void start(char *memory, void (*entry)()) {
    void **top = (void **)((uintptr_t)(memory + STACK_BYTES) & ~(uintptr_t)15);
    *--top = nullptr;        // where entry would return to; it never does
    *--top = (void *)entry;  // what switchStack returns to
    stack = top - 6;
  }
};

void change(Context &from, Context &to) { switchStack(&from.stack, to.stack); }
#else
}  // namespace
#include <ucontext.h>
namespace {
struct Context {
  ucontext_t context;

  void start(char *memory, void (*entry)()) {
    getcontext(&context);
    context.uc_stack.ss_sp = memory;
    context.uc_stack.ss_size = STACK_BYTES;
    makecontext(&context, entry, 0);
  }
};

void change(Context &from, Context &to) { swapcontext(&from.context, &to.context); }
#endif

struct Fiber {
  Context context;
  std::unique_ptr<char[]> stack;
  bool started = false;
  bool done = false;
  Barrier waits = Barrier::NONE;
  int turn = 0;                // of its warp's two sets of values
};

struct Warp {
  uint32_t values[2][WARP];    // a lane may be one barrier ahead of another that has yet to read
  int waiting = 0;
};

struct Block {
  std::vector<Fiber> fibers;
  std::vector<Warp> warps;
  std::vector<std::unique_ptr<char[]>> freeStacks;
  Context scheduler;
  const std::function<void()> *thread = nullptr;
  int current = 0;
  int live = 0;
  int waiting = 0;             // at the block's barrier
  bool any[2] = {false, false};
  int anyTurn = 0;
  std::string error;
};

Block block;

Fiber &self() { return block.fibers[block.current]; }

[[noreturn]] void leave() {
  Fiber &fiber = self();
  fiber.done = true;
  change(fiber.context, block.scheduler);
  __builtin_unreachable();
}

void runThread() {
  (*block.thread)();
  leave();
}

// The fiber cannot go on, and neither can the block.
[[noreturn]] void fail(const std::string &what) {
  block.error = what + " (block " + std::to_string(blockIdx.x) + ", " + std::to_string(blockIdx.y) + ", thread "
      + std::to_string(block.current) + ")";
  change(self().context, block.scheduler);
  __builtin_unreachable();
}

void sleep(Barrier barrier) {
  Fiber &fiber = self();
  fiber.waits = barrier;
  change(fiber.context, block.scheduler);
}

// Gives a value to the warp and waits for all others. Returns all values.
const uint32_t *exchange(uint32_t mask, Barrier barrier, uint32_t value) {
  int first = block.current / WARP * WARP;
  Warp &warp = block.warps[block.current / WARP];
  if (mask != 0xffffffffu) {
    fail("a warp function that not all lanes take part in");
  }
  const uint32_t *values = warp.values[self().turn];
  warp.values[self().turn][block.current - first] = value;
  self().turn ^= 1;
  if (++warp.waiting < WARP) {
    sleep(barrier);
    return values;
  }
  warp.waiting = 0;
  for (int i = first; i < first + WARP; i++) {
    Fiber &other = block.fibers[i];
    if (i != block.current && other.waits != barrier) {
      fail("lanes of a warp that wait for different things");
    }
    other.waits = Barrier::NONE;
  }
  return values;
}

void resume(int index) {
  Fiber &fiber = block.fibers[index];
  if (!fiber.started) {
    fiber.started = true;
    if (block.freeStacks.empty()) {
      block.freeStacks.emplace_back(new char[STACK_BYTES]);
    }
    fiber.stack = std::move(block.freeStacks.back());
    block.freeStacks.pop_back();
    fiber.context.start(fiber.stack.get(), runThread);
  }
  block.current = index;
  threadIdx = {(uint32_t)index, 0, 0};
  change(block.scheduler, fiber.context);
  if (fiber.done) {
    block.live--;
    block.freeStacks.push_back(std::move(fiber.stack));
  }
}

}  // namespace

uint32_t shuffleUp(uint32_t mask, uint32_t value, int distance) {
  const uint32_t *values = exchange(mask, Barrier::SHUFFLE, value);
  int lane = block.current % WARP;
  return lane < distance ? value : values[lane - distance];
}

bool anyOfWarp(uint32_t mask, bool value) {
  const uint32_t *values = exchange(mask, Barrier::ANY, value);
  uint32_t any = 0;
  for (int i = 0; i < WARP; i++) {
    any |= values[i];
  }
  return any != 0;
}

void waitForWarp() { exchange(0xffffffffu, Barrier::WARP, 0); }

bool anyOfBlock(bool value) {
  int turn = block.anyTurn;
  block.any[turn] = block.any[turn] || value;
  if (++block.waiting < (int)block.fibers.size()) {
    sleep(Barrier::BLOCK);
    return block.any[turn];
  }
  block.waiting = 0;
  block.anyTurn ^= 1;
  block.any[block.anyTurn] = false;
  for (Fiber &fiber : block.fibers) {
    fiber.waits = Barrier::NONE;
  }
  return block.any[turn];
}

void runBlock(int threads, const std::function<void()> &thread) {
  std::vector<std::unique_ptr<char[]>> stacks = std::move(block.freeStacks);
  block = Block();
  block.freeStacks = std::move(stacks);
  block.fibers.resize(threads);
  block.warps.resize((threads + WARP - 1) / WARP);
  block.thread = &thread;
  block.live = threads;
  while (block.live > 0) {
    bool ran = false;
    for (int i = 0; i < threads; i++) {
      Fiber &fiber = block.fibers[i];
      if (!fiber.done && fiber.waits == Barrier::NONE) {
        resume(i);
        ran = true;
        if (!block.error.empty()) {
          throw LaunchError{block.error};
        }
      }
    }
    if (!ran) {
      throw LaunchError{"threads that wait for others that have ended"};
    }
  }
}

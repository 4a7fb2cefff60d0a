// Memory of the emulated device: what lies before and behind it is of no access, so that a kernel that leaves it ends the process.
#include <cstddef>
#include <sys/mman.h>
#include <unistd.h>

namespace {

constexpr size_t ALIGNMENT = 256;  // as cuMemAlloc aligns

size_t rounded(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

struct Mapping {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t used, inside, whole;

  explicit Mapping(size_t bytes)
      : used(rounded(bytes, ALIGNMENT)), inside(rounded(used, page)), whole(inside + 2 * page) {}
};

}  // namespace

// Returns null if there is no memory. It ends where the last page does.
extern "C" void *device_allocate(long bytes) {
  Mapping mapping((size_t)bytes);
  void *start = mmap(nullptr, mapping.whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) {
    return nullptr;
  }
  char *inside = (char *)start + mapping.page;
  if (mprotect(inside, mapping.inside, PROT_READ | PROT_WRITE) != 0) {
    munmap(start, mapping.whole);
    return nullptr;
  }
  return inside + mapping.inside - mapping.used;
}

extern "C" void device_free(void *address, long bytes) {
  Mapping mapping((size_t)bytes);
  munmap((char *)address + mapping.used - mapping.inside - mapping.page, mapping.whole);
}

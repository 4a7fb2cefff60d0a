package io.vitrine.cuda;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;

/** What the driver has allocated and nobody has freed yet. Thread-safe. */
final class Resources {
    private final CudaContext context;
    private final Set<Resource> live = ConcurrentHashMap.newKeySet();

    Resources(CudaContext context) {
        this.context = context;
    }

    Resource add(ToIntFunction<CudaLibrary> free) {
        Resource resource = new Resource(free);
        live.add(resource);
        return resource;
    }

    void freeAll() {
        List.copyOf(live).forEach(Resource::close);
    }

    /** Freed once, however often it is closed. */
    final class Resource implements AutoCloseable {
        private final ToIntFunction<CudaLibrary> free;

        private Resource(ToIntFunction<CudaLibrary> free) {
            this.free = free;
        }

        boolean isFreed() {
            return !live.contains(this);
        }

        @Override
        public void close() {
            if (live.remove(this)) {
                context.free(free);
            }
        }
    }
}

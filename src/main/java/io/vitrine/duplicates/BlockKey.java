package io.vitrine.duplicates;

import java.io.Serializable;
import java.util.Comparator;
import org.apache.spark.Partitioner;

/** Where a vector goes: to a block, whose residents come before its visitors. */
record BlockKey(int block, Role role, String path) implements Serializable {
    /** What a vector is in a block. */
    enum Role {
        RESIDENT,
        VISITOR
    }

    /** Blocks by number, in a block residents first, and both by path. */
    static final class Order implements Comparator<BlockKey>, Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public int compare(BlockKey a, BlockKey b) {
            int byBlock = Integer.compare(a.block, b.block);
            int byRole = byBlock == 0 ? a.role.compareTo(b.role) : byBlock;
            return byRole == 0 ? a.path.compareTo(b.path) : byRole;
        }
    }

    /** A partition, and so a task, for each block. */
    static final class OnePerBlock extends Partitioner {
        private static final long serialVersionUID = 1;
        private final int blocks;

        OnePerBlock(int blocks) {
            this.blocks = blocks;
        }

        @Override
        public int numPartitions() {
            return blocks;
        }

        @Override
        public int getPartition(Object key) {
            return ((BlockKey) key).block();
        }
    }
}

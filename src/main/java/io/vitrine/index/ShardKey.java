package io.vitrine.index;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.Partitioner;

/** Where a vector goes: to a shard, and there to the place of its path. */
record ShardKey(int shard, String path) implements Serializable {

    /** Shards by number, and in a shard paths by their UTF-16 code units, as {@link PathTable} looks them up. */
    static final class Order implements Comparator<ShardKey>, Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public int compare(ShardKey a, ShardKey b) {
            int byShard = Integer.compare(a.shard, b.shard);
            return byShard == 0 ? a.path.compareTo(b.path) : byShard;
        }
    }

    /** A partition, and so a task, for each of the shards that are built. */
    static final class OnePerShard extends Partitioner {
        private static final long serialVersionUID = 1;
        private final List<Integer> shards;

        OnePerShard(List<Integer> shards) {
            this.shards = List.copyOf(shards);
        }

        @Override
        public int numPartitions() {
            return shards.size();
        }

        @Override
        public int getPartition(Object key) {
            return shards.indexOf(((ShardKey) key).shard());
        }
    }
}

package io.vitrine.duplicates;

import io.vitrine.OutputConflictException;
import io.vitrine.duplicates.BlockKey.Role;
import io.vitrine.duplicates.VectorBlock.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * A task: finds near-duplicates in one block, as pairs of paths that connect all that are connected there. It holds the residents in
 * memory, and visitors and pairs a batch at a time.
 */
final class CompareBlock implements FlatMapFunction<Iterator<Tuple2<BlockKey, float[]>>, Tuple2<String, String>> {
    private static final long serialVersionUID = 1;
    private final Broadcast<Directions> directions;
    private final double threshold;

    CompareBlock(Broadcast<Directions> directions, double threshold) {
        this.directions = directions;
        this.threshold = threshold;
    }

    @Override
    public Iterator<Tuple2<String, String>> call(Iterator<Tuple2<BlockKey, float[]>> placed) {
        return new Pairs(placed, new VectorBlock(directions.value(), threshold));
    }

    private static final class Pairs implements Iterator<Tuple2<String, String>> {
        private final Iterator<Tuple2<BlockKey, float[]>> visitors;
        private final VectorBlock block;
        private final List<Entry> batch = new ArrayList<>();
        private final Queue<Tuple2<String, String>> found = new ArrayDeque<>();
        private int compared; // residents

        Pairs(Iterator<Tuple2<BlockKey, float[]>> placed, VectorBlock block) {
            this.visitors = placed;
            this.block = block;
            String before = null;
            while (placed.hasNext() && batch.isEmpty()) {
                Tuple2<BlockKey, float[]> next = placed.next();
                Entry entry = new Entry(next._1().path(), next._2());
                if (next._1().role() == Role.VISITOR) {
                    batch.add(entry); // the first
                } else if (entry.path().equals(before)) {
                    throw new OutputConflictException("The output has two newest rows of " + before
                            + ". Another program has copied rows; remove one of them.");
                } else {
                    block.add(entry);
                    before = entry.path();
                }
            }
        }

        @Override
        public boolean hasNext() {
            while (found.isEmpty() && compared < block.size()) {
                block.compareResidents(compared, this::found);
                compared += VectorBlock.BATCH;
            }
            while (found.isEmpty() && (visitors.hasNext() || !batch.isEmpty())) {
                compareVisitors();
            }
            return !found.isEmpty();
        }

        private void compareVisitors() {
            while (visitors.hasNext() && batch.size() < VectorBlock.BATCH) {
                Tuple2<BlockKey, float[]> next = visitors.next();
                batch.add(new Entry(next._1().path(), next._2()));
            }
            block.compareVisitors(batch, this::found);
            batch.clear();
        }

        private void found(String a, String b) {
            found.add(new Tuple2<>(a, b));
        }

        @Override
        public Tuple2<String, String> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return found.remove();
        }
    }
}

package io.vitrine.search.batch;

import io.vitrine.ConfigurationException;
import io.vitrine.index.Hit;
import io.vitrine.index.IndexPart;
import io.vitrine.index.SearchIndex;
import io.vitrine.index.SearchMode;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import scala.Tuple2;

/** Tasks on one shard and one partition of the queries. They get pairs of the shard, always the same, and a query. */
final class ShardTasks {
    private ShardTasks() {}

    /** How tasks open shards. */
    record Shards(Broadcast<SerializableConfiguration> configuration, String cache) implements Serializable {
        /** The shard stays open until the task ends. */
        SearchIndex open(IndexPart part) {
            SearchIndex shard = part.open(configuration.value().value(), Path.of(cache));
            TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> shard.close());
            return shard;
        }
    }

    /** Finds the vectors of images of the index by their paths. */
    static final class LookUp implements FlatMapFunction<Iterator<Tuple2<IndexPart, String>>, QueryVector> {
        private static final long serialVersionUID = 1;
        private final Shards shards;

        LookUp(Shards shards) {
            this.shards = shards;
        }

        @Override
        public Iterator<QueryVector> call(Iterator<Tuple2<IndexPart, String>> pairs) {
            if (!pairs.hasNext()) {
                return Collections.emptyIterator();
            }
            Tuple2<IndexPart, String> first = pairs.next();
            SearchIndex shard = shards.open(first._1());
            Stream<Tuple2<IndexPart, String>> others =
                    StreamSupport.stream(Spliterators.spliteratorUnknownSize(pairs, Spliterator.ORDERED), false);
            return Stream.concat(Stream.of(first), others) // one by one: a partition may hold a million paths
                    .flatMap(pair -> shard.vector(pair._2()).map(vector -> new QueryVector(pair._2(), vector)).stream())
                    .iterator();
        }
    }

    /** The nearest images of the shard for each query. */
    static final class Search
            implements PairFlatMapFunction<Iterator<Tuple2<IndexPart, QueryVector>>, String, List<Hit>> {
        private static final long serialVersionUID = 1;
        private final Shards shards;
        private final int top;
        private final SearchMode mode;

        Search(Shards shards, int top, SearchMode mode) {
            this.shards = shards;
            this.top = top;
            this.mode = mode;
        }

        @Override
        public Iterator<Tuple2<String, List<Hit>>> call(Iterator<Tuple2<IndexPart, QueryVector>> pairs) {
            // A search uses the threads of the pool that it runs in, and a task may use those that Spark counts for it.
            ForkJoinPool pool = new ForkJoinPool(Math.max(1, TaskContext.get().cpus()));
            TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> pool.shutdownNow());
            return new Iterator<>() {
                private Optional<SearchIndex> shard = Optional.empty();

                @Override
                public boolean hasNext() {
                    return pairs.hasNext();
                }

                @Override
                public Tuple2<String, List<Hit>> next() {
                    Tuple2<IndexPart, QueryVector> pair = pairs.next();
                    shard = shard.or(() -> Optional.of(shards.open(pair._1())));
                    return new Tuple2<>(pair._2().query(), search(pool, shard.get(), pair._2()));
                }
            };
        }

        private List<Hit> search(ForkJoinPool pool, SearchIndex shard, QueryVector query) {
            try {
                return new ArrayList<>(pool.submit(() -> shard.search(query.vector(), top, mode))
                        .get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof ConfigurationException fault) {
                    throw new ConfigurationException(
                            "The vector of " + query.query() + ": " + fault.getMessage(), fault);
                }
                throw e.getCause() instanceof RuntimeException fault ? fault : new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while searching", e);
            }
        }
    }
}

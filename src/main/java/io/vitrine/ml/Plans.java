package io.vitrine.ml;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import scala.PartialFunction;
import scala.Product;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.runtime.AbstractPartialFunction;

/** What plans written in Java need of Scala. */
final class Plans {
    private Plans() {}

    static <T> scala.collection.immutable.Seq<T> seq(List<? extends T> list) {
        return JavaConverters.<T>asScalaBuffer(List.copyOf(list)).toList();
    }

    static <T> List<T> list(Seq<T> seq) {
        return JavaConverters.seqAsJavaList(seq);
    }

    /** {@code change}, for what {@code applies} to. */
    static <T, R> PartialFunction<T, R> where(Predicate<T> applies, Function<T, R> change) {
        return new AbstractPartialFunction<>() {
            @Override
            public boolean isDefinedAt(T value) {
                return applies.test(value);
            }

            @Override
            public R apply(T value) {
                return change.apply(value);
            }
        };
    }

    /** The arguments of a plan's node, by which nodes are equal. */
    static List<Object> elements(Product node) {
        return JavaConverters.seqAsJavaList(node.productIterator().toList());
    }
}

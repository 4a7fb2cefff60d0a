package io.vitrine.ml;

import java.util.List;
import scala.Product;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** What plans written in Java need of Scala. */
final class Plans {
    private Plans() {}

    static <T> scala.collection.immutable.Seq<T> seq(List<? extends T> list) {
        return JavaConverters.<T>asScalaBuffer(List.copyOf(list)).toList();
    }

    static <T> List<T> list(Seq<T> seq) {
        return JavaConverters.seqAsJavaList(seq);
    }

    /** The arguments of a plan's node, by which nodes are equal. */
    static List<Object> elements(Product node) {
        return JavaConverters.seqAsJavaList(node.productIterator().toList());
    }
}

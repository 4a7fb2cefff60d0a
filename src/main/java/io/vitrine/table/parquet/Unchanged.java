package io.vitrine.table.parquet;

/** Exceptions that Spark's Scala interfaces let through, but do not declare for Java. */
final class Unchanged {
    private Unchanged() {}

    /** Throws {@code e} itself, not wrapped: its class tells whether the store is away for a while or refuses for good. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the compiler is to believe that E is unchecked
    static <E extends Throwable> RuntimeException exception(Throwable e) throws E {
        throw (E) e;
    }
}

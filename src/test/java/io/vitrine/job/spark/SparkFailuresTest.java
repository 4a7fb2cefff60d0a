package io.vitrine.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.OutputConflictException;
import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.StorageException.Outlook;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.util.List;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Spark carries an executor's exception to the driver as the text of another one. */
final class SparkFailuresTest {
    private static final String MESSAGE = "Cannot read s3a://b/k: 503. Try again.";

    static final List<VitrineException> FAULTS = List.of(
            new ConfigurationException(MESSAGE),
            new ModelException(MESSAGE),
            new OutputConflictException(MESSAGE),
            new RunInterruptedException(MESSAGE),
            new StorageException(Outlook.TRANSIENT, MESSAGE, null),
            new StorageException(Outlook.PERMANENT, MESSAGE, null));

    /** A job's failure as Spark reports it: the stack trace of the task's exception is text. */
    private static SparkException jobFailure(Throwable task) {
        return new SparkException(
                "Job aborted due to stage failure: Task 3 in stage 0.0 failed 4 times, most recent failure: Lost task 3.3"
                        + " in stage 0.0 (TID 9) (10.0.0.7 executor 1): " + task
                        + "\n\tat io.vitrine.job.task.InferPartition.call(InferPartition.java:70)"
                        + "\n\tat org.apache.spark.rdd.RDD.iterator(RDD.scala:331)\n\nDriver stacktrace:",
                null);
    }

    private static void assertSame(RuntimeException actual, VitrineException expected) {
        assertThat(actual).isInstanceOf(expected.getClass()).hasMessage(expected.getMessage());
        if (expected instanceof StorageException storage) {
            assertThat(((StorageException) actual).outlook()).isEqualTo(storage.outlook());
        }
    }

    @ParameterizedTest
    @FieldSource("FAULTS")
    void aTasksFaultKeepsItsKindAndMessage(VitrineException fault) {
        SparkException failure = jobFailure(fault);
        RuntimeException cause = SparkFailures.cause(failure);
        assertSame(cause, fault);
        assertThat(cause).hasCause(failure);
    }

    @ParameterizedTest
    @FieldSource("FAULTS")
    void aTasksFaultIsFoundBelowOtherExceptions(VitrineException fault) {
        assertSame(SparkFailures.cause(new SparkException("Writing failed", jobFailure(fault))), fault);
    }

    @Test
    void aTasksFaultEndsBeforeItsCause() {
        String text = new ModelException(MESSAGE) + "\nCaused by: java.io.IOException: reset";
        assertThat(SparkFailures.cause(new SparkException(text, null))).hasMessage(MESSAGE);
    }

    @Test
    void aMessageMayHaveSeveralLines() {
        ModelException fault = new ModelException("Two tensors are missing:\nlayernorm.weight\nlayernorm.bias");
        assertSame(SparkFailures.cause(jobFailure(fault)), fault);
    }

    @Test
    void aFaultOfTheDriverIsUnchanged() {
        ModelException fault = new ModelException(MESSAGE);
        assertThat(SparkFailures.cause(new SparkException("Writing failed", fault)))
                .isSameAs(fault);
    }

    @Test
    void anErrorOfTheProgramIsAnIllegalState() {
        SparkException failure = jobFailure(new IllegalArgumentException("negative size"));
        RuntimeException cause = SparkFailures.cause(failure);
        assertThat(cause)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasCause(failure)
                .hasMessageContaining("java.lang.IllegalArgumentException: negative size")
                .hasMessageEndingWith(". See the log for details.")
                .hasMessageNotContaining("\tat ");
    }

    @Test
    void anErrorOfTheProgramIsNamedByItsRoot() {
        SparkException failure = new SparkException("Writing failed", new IOException("no space left"));
        assertThat(SparkFailures.cause(failure)).hasMessage("no space left. See the log for details.");
    }

    @ParameterizedTest
    @FieldSource("FAULTS")
    void aStoppedRunKeepsTheKindOfItsFault(VitrineException fault) {
        RuntimeException stopped = SparkFailures.stopped(fault, 0);
        assertSame(stopped, fault.withMessage("The run stopped, nothing was written: " + MESSAGE));
        assertThat(stopped).hasCause(fault);
    }

    @ParameterizedTest
    @EnumSource(Outlook.class)
    void aStoppedRunSaysHowManyImagesAreCommitted(Outlook outlook) {
        StorageException fault = new StorageException(outlook, MESSAGE, null);
        assertSame(
                SparkFailures.stopped(fault, 1_250_000),
                fault.withMessage(
                        "The run stopped; 1,250,000 images are committed, and the next run continues: " + MESSAGE));
    }

    @Test
    void anErrorOfTheProgramThatStopsARunStaysAnIllegalState() {
        IllegalStateException error = new IllegalStateException("negative size");
        assertThat(SparkFailures.stopped(error, 0))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("The run stopped, nothing was written: negative size")
                .hasCause(error);
    }
}

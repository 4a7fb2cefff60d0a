package io.vitrine.job.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.OutputConflictException;
import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.StorageException.Outlook;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.io.NotSerializableException;
import java.net.SocketTimeoutException;
import java.util.List;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        SparkException failure = new SparkException("Writing failed", new IllegalArgumentException("negative size"));
        assertThat(SparkFailures.cause(failure)).hasMessage("negative size. See the log for details.");
        assertThat(SparkFailures.cause("write to", "s3a://b/out", failure))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("negative size. See the log for details.");
    }

    static List<Arguments> storageFailures() {
        return List.of(
                arguments(new IOException("No space left on device"), Outlook.PERMANENT),
                arguments(new SocketTimeoutException("Read timed out"), Outlook.TRANSIENT));
    }

    @ParameterizedTest
    @MethodSource("storageFailures")
    void aFailureOfTheStoreNamesThePlace(Throwable store, Outlook outlook) {
        SparkException ofDriver = new SparkException("Writing failed", store);
        for (SparkException failure : List.of(ofDriver, jobFailure(store))) {
            assertThat(SparkFailures.cause("write to", "s3a://b/out", failure))
                    .isInstanceOfSatisfying(StorageException.class, fault -> assertThat(fault.outlook())
                            .isEqualTo(outlook))
                    .hasMessageStartingWith("Cannot write to s3a://b/out: " + store.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.apache.hadoop.fs.s3a.AWSStatus500Exception: PUT on k: Status Code: 503",
                "com.amazonaws.services.s3.model.AmazonS3Exception: Slow Down (Status Code: 503; Error Code: SlowDown)"
            })
    void aStoreThatIsBusyInATaskIsTransient(String stackTrace) {
        assertThat(SparkFailures.cause("write to", "s3a://b/out", new SparkException("Lost task: " + stackTrace, null)))
                .isInstanceOfSatisfying(StorageException.class, fault -> assertThat(fault.outlook())
                        .isEqualTo(Outlook.TRANSIENT));
    }

    @Test
    void aClassThatCannotBeSerializedIsAnErrorOfTheProgram() {
        NotSerializableException error = new NotSerializableException("io.vitrine.X");
        for (SparkException failure : List.of(new SparkException("Task not serializable", error), jobFailure(error))) {
            assertThat(SparkFailures.cause("write to", "s3a://b/out", failure))
                    .isExactlyInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Job 0 cancelled because SparkContext was shut down", "SparkContext was stopped during the job"})
    void aSessionThatIsShutDownIsAnInterruption(String message) {
        assertThat(SparkFailures.cause(new SparkException(message, null))).isInstanceOf(RunInterruptedException.class);
    }

    @Test
    void anInterruptedThreadStaysInterrupted() {
        assertThat(SparkFailures.cause(new InterruptedException())).isInstanceOf(RunInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void lostExecutorsAreAMatterOfConfiguration() {
        SparkException failure = new SparkException(
                "Job aborted due to stage failure: ExecutorLostFailure (executor 1 exited caused by one of the running"
                        + " tasks) Reason: Container killed by YARN for exceeding memory limits",
                null);
        assertThat(SparkFailures.cause(failure))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Container killed by YARN")
                .hasMessageContaining("spark.executor.memoryOverhead");
    }

    @Test
    void aFullHeapIsAMatterOfConfiguration() {
        assertThat(SparkFailures.cause(jobFailure(new OutOfMemoryError("Java heap space"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("spark.executor.memory");
    }

    @ParameterizedTest
    @FieldSource("FAULTS")
    void aStoppedRunKeepsTheKindOfItsFault(VitrineException fault) {
        RuntimeException stopped = SparkFailures.stopped(fault, 0);
        assertSame(
                stopped,
                fault.withMessage(
                        fault instanceof RunInterruptedException
                                ? "The run was interrupted; 0 images of it are committed. Run the same command again to go on."
                                : "The run stopped, nothing was written: " + MESSAGE));
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

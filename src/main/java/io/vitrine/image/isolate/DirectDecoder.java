package io.vitrine.image.isolate;

import io.vitrine.ConfigurationException;
import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.OpenCv;
import io.vitrine.image.preprocess.ImagePreprocessor;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_imgcodecs;

/**
 * Decodes on the calling thread.
 *
 * <p>Spark ends a JVM whose task throws a {@link VirtualMachineError} or a {@link LinkageError}. The first kind is the image's
 * fault and becomes its rejection; the second is the installation's and stops the run with a message.
 */
final class DirectDecoder implements FileDecoder {
    private final ImagePreprocessor preprocessor;
    private boolean ready;

    DirectDecoder(ImagePreprocessor preprocessor) {
        this.preprocessor = preprocessor;
    }

    /** Loads OpenCV's libraries, which takes seconds on a busy host. */
    @Override
    public void prepare() {
        if (ready) {
            return;
        }
        try {
            OpenCv.load();
            Loader.load(opencv_imgcodecs.class);
            ready = true;
        } catch (LinkageError e) {
            throw cannotLoad(e);
        }
    }

    @Override
    public DecodedFile decode(FileBytes file, Consumer<ImageHeader> listener) {
        Optional<ImageHeader> header = Optional.empty();
        try {
            header = Optional.of(preprocessor.readHeader(file));
            listener.accept(header.get());
            long before = preprocessor.resizeNanos();
            byte[] pixels = preprocessor.preprocess(file, header.get()).pixels();
            return new DecodedFile.Pixels(header.get(), pixels, preprocessor.resizeNanos() - before);
        } catch (ImageRejectedException e) {
            return new DecodedFile.Rejected(header, e);
        } catch (StackOverflowError e) {
            return DecodedFile.Rejected.of(
                    header, RejectionReason.CORRUPT, "the file's structure is nested too deeply to be read");
        } catch (LinkageError | ServiceConfigurationError e) {
            throw cannotLoad(e);
        }
    }

    private static ConfigurationException cannotLoad(Error e) {
        return new ConfigurationException(
                "Images cannot be decoded on this host, because a library does not load: " + e
                        + ". Use a jar that was built for this platform, and look for another version of OpenCV"
                        + " (org.bytedeco) on the class path.",
                e);
    }

    /** Java cannot end a thread that runs native code. */
    @Override
    public void interrupt() {}

    @Override
    public void close() {
        preprocessor.close();
    }
}

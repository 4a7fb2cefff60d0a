package io.vitrine.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.checkpoint.SmallCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** PyTorch files with anything but weights are refused; nothing in them is executed. */
final class HostilePickleTest {
    private final SmallCheckpoint vit = SmallCheckpoint.of("vit", Map.of());

    @TempDir
    private Path folder;

    @TempDir
    private Path cache;

    static Stream<Arguments> hostilePickles() {
        return Stream.of(
                Arguments.of(
                        "os.system",
                        new TorchFile().string("w").global("os", "system").raw("(X\4\0\0\0trueteR"),
                        "asks for the Python object 'os.system'"),
                Arguments.of(
                        "eval in builtins", new TorchFile().string("w").global("builtins", "eval"), "'builtins.eval'"),
                Arguments.of(
                        "a global from the stack",
                        new TorchFile()
                                .string("w")
                                .string("posix")
                                .string("system")
                                .raw("\u0093"),
                        "'posix.system'"),
                Arguments.of(
                        "the old instance operation",
                        new TorchFile().string("w").raw("(ios\nsystem\n"),
                        "operation 0x69"),
                Arguments.of(
                        "a storage that is called",
                        new TorchFile()
                                .string("w")
                                .global("torch", "FloatStorage")
                                .raw(")R"),
                        "calls something that is not a function"),
                Arguments.of(
                        "a tensor beyond its storage",
                        new TorchFile()
                                .string("w")
                                .view("FloatStorage", 0, 4, 2, List.of(3), List.of(1))
                                .storage(new byte[16]),
                        "does not fit its storage"),
                Arguments.of(
                        "a tensor of 2^62 bytes",
                        new TorchFile()
                                .string("w")
                                .view("FloatStorage", 0, 4, 0, List.of(1 << 30, 1 << 30), List.of(0, 0))
                                .storage(new byte[16]),
                        "take more than"),
                Arguments.of(
                        "a size that overflows",
                        new TorchFile()
                                .string("w")
                                .view("FloatStorage", 0, 4, 0, List.of(1 << 30, 1 << 30, 1 << 30), List.of(0, 0, 0))
                                .storage(new byte[16]),
                        "does not fit its storage"),
                Arguments.of(
                        "a storage that is not there",
                        new TorchFile().string("w").view("FloatStorage", 7, 4, 0, List.of(4), List.of(1)),
                        "has no entry archive/data/7"),
                Arguments.of(
                        "a storage larger than its entry",
                        new TorchFile()
                                .string("w")
                                .view("FloatStorage", 0, 100, 0, List.of(4), List.of(1))
                                .storage(new byte[16]),
                        "claims a storage of 100 elements"),
                Arguments.of(
                        "a string longer than the file",
                        new TorchFile().raw("X\u00ff\u00ff\u00ff\u007f"),
                        "a string of 2147483647"),
                Arguments.of(
                        "a shape of nine dimensions",
                        new TorchFile()
                                .string("w")
                                .view(
                                        "FloatStorage",
                                        0,
                                        4,
                                        0,
                                        List.of(1, 1, 1, 1, 1, 1, 1, 1, 1),
                                        List.of(1, 1, 1, 1, 1, 1, 1, 1, 1))
                                .storage(new byte[16]),
                        "more than 8 dimensions"),
                Arguments.of(
                        "a dictionary made from values",
                        new TorchFile()
                                .string("w")
                                .global("collections", "OrderedDict")
                                .raw("(]tR"),
                        "makes a dictionary from values"),
                Arguments.of("an append to a tuple", new TorchFile().string("w").raw(")Na"), "is damaged"),
                Arguments.of(
                        "no storage where one belongs",
                        new TorchFile()
                                .string("w")
                                .global("torch._utils", "_rebuild_tensor_v2")
                                .raw("(NNNNtR"),
                        "is damaged"),
                Arguments.of("nothing on the stack", new TorchFile().raw("tttt"), "is damaged"),
                Arguments.of(
                        "a value that was never remembered",
                        new TorchFile().raw("h\u0099"),
                        "remembers nothing under 153"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostilePickles")
    void aPickleOfMoreThanTensorsIsRefused(String what, TorchFile torch, String fault) throws IOException {
        assertRefused(torch.finish(ZipEntry.STORED), fault);
    }

    @Test
    void aCompressedEntryIsRefused() throws IOException {
        TorchFile bomb = new TorchFile().tensor("w", new float[1 << 20], List.of(1 << 20), List.of(1));
        byte[] zip = bomb.finish(ZipEntry.DEFLATED);
        assertThat(zip.length).isLessThan(1 << 14); // 4 MiB of zeros
        assertRefused(zip, "is compressed, which PyTorch never does");
    }

    @Test
    void aFileFromBeforePytorch16IsNamed() throws IOException {
        byte[] legacy = {(byte) 0x80, 2, (byte) 0x8a, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, '.'};
        assertRefused(legacy, "before version 1.6");
    }

    @Test
    void aPointerOfGitLfsIsNotAPytorchFile() throws IOException {
        byte[] pointer = "version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.UTF_8);
        assertRefused(pointer, "is not a PyTorch file");
    }

    @Test
    void aPytorchFileThatIsCutIsNamed() throws IOException {
        byte[] whole = new TorchFile()
                .tensor("w", new float[64], List.of(64), List.of(1))
                .finish(ZipEntry.STORED);
        assertRefused(Arrays.copyOf(whole, whole.length / 2), "not fully copied");
    }

    private void assertRefused(byte[] contents, String fault) throws IOException {
        vit.writeConfig(folder);
        Path file = Files.write(folder.resolve("pytorch_model.bin"), contents);
        FinishedConversions.assertRefused(file, cache, fault);
    }
}

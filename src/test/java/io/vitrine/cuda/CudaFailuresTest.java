package io.vitrine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vitrine.ConfigurationException;
import io.vitrine.cuda.Device.DeviceMemory;
import io.vitrine.cuda.Device.Grid;
import io.vitrine.cuda.Device.Kernel;
import io.vitrine.cuda.Device.Stream;
import io.vitrine.cuda.DeviceException.Damage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users see when the driver or the GPU fails. */
final class CudaFailuresTest {
    private static final int ILLEGAL_ADDRESS = 700;

    @TempDir
    private Path folder;

    private FakeCuda cuda;

    @BeforeEach
    void start() throws Exception {
        cuda = FakeCuda.start(folder);
    }

    @Test
    void noDriver() throws Exception {
        assertThatThrownBy(() -> Driver.load("libcuda-of-nobody.so.1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("There is no NVIDIA driver: ")
                .hasMessageContaining("libcuda-of-nobody.so.1")
                .hasMessageContaining("docker run --gpus all");
        Path text = Files.writeString(folder.resolve("libcuda.so.2"), "This is no library.");
        assertThatThrownBy(() -> Driver.load(text.toString()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("There is no NVIDIA driver: ");
    }

    @Test
    void aDriverThatIsTooOld() {
        cuda.set("version", 10020);
        assertThatThrownBy(cuda::driver)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "The NVIDIA driver is too old: it supports CUDA 10.2. Install one that supports CUDA 11.2 or"
                                + " later");
    }

    @Test
    void noGpu() {
        cuda.fail("cuInit", 1, 100);
        assertThatThrownBy(cuda::driver)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageMatching(
                        "The NVIDIA driver sees no GPU( \\(CUDA_VISIBLE_DEVICES=.*\\))?\\. Check with nvidia-smi");
        cuda.fail("cuInit", 1, 803);
        assertThatThrownBy(cuda::driver)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "The NVIDIA driver does not start: the fake failed (CUDA_ERROR_FAKE, 803). Check with nvidia-smi");
        assertThatThrownBy(() -> cuda.open(3))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("There is no GPU 3: the NVIDIA driver sees 1");
        assertThat(cuda.live()).isEmpty();
    }

    @Test
    void aGpuThatAnotherProcessHas() {
        cuda.fail("cuDevicePrimaryCtxRetain", 1, 46);
        assertThatThrownBy(cuda::open)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "The GPU cannot be used: cuDevicePrimaryCtxRetain: the fake failed (CUDA_ERROR_FAKE, 46). Check"
                                + " with nvidia-smi");
        cuda.fail("cuDevicePrimaryCtxRetain", 1, CudaError.OUT_OF_MEMORY);
        assertThatThrownBy(cuda::open)
                .isInstanceOf(DeviceOutOfMemoryException.class)
                .hasMessage("GPU 0 (Fake 0) has no memory left for another process");
    }

    @Test
    void aGpuWithoutWhatKernelsNeed() {
        cuda.set("capability", 61);
        assertThatThrownBy(cuda::open)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "GPU 0 (Fake 0) has compute capability 6.1; kernels need 7.0 or later (Volta, Turing and their"
                                + " successors)");
        assertThat(cuda.live()).isEmpty();
    }

    @Test
    void waitingNeedsNoMemory() {
        try (CudaDevice device = cuda.open();
                Stream stream = device.newStream();
                DeviceMemory memory = device.allocate(8)) {
            ByteBuffer back = ByteBuffer.allocateDirect(8).putLong(0, -1);
            stream.zero(memory.address(), 8);
            stream.download(memory.address(), back);
            cuda.fail("cuEventRecord", 1, CudaError.OUT_OF_MEMORY);
            stream.await();
            assertThat(back.getLong(0)).isZero();
        }
    }

    @Test
    void codeThatTheDriverDoesNotTake() {
        cuda.fail("cuModuleLoadDataEx", 1, 222);
        assertThatThrownBy(cuda::open)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "GPU 0 (Fake 0) does not take the code of NVRTC 0.0 for sm_90: the fake failed (CUDA_ERROR_FAKE,"
                                + " 222) fatal: no such code. The driver supports CUDA 12.4: install a newer driver, or an NVRTC of"
                                + " that version or older");
        assertThat(cuda.live()).isEmpty();
        MachineCode nonsense = new MachineCode("nonsense".getBytes(StandardCharsets.US_ASCII), "NVRTC 0.0 for sm_90");
        assertThatThrownBy(() -> CudaDevice.open(cuda.driver(), 0, (driver, architecture) -> nonsense))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not take the code");
        assertThat(cuda.live()).isEmpty();
    }

    @Test
    void ptxIsLoadedToo() {
        byte[] ptx = ".version 8.4".getBytes(StandardCharsets.US_ASCII); // the module ends it with a zero
        CudaDevice.open(cuda.driver(), 0, (driver, architecture) -> new MachineCode(ptx, "test"))
                .close();
        assertThat(cuda.journal()).contains("PTX of 12 bytes");
        assertThat(cuda.live()).isEmpty();
    }

    @Test
    void aProgramThatDoesNotCompileLeavesNothing() {
        assertThatThrownBy(() -> CudaDevice.open(cuda.driver(), 0, (driver, architecture) -> {
                    throw new ConfigurationException("no compiler for " + architecture);
                }))
                .hasMessage("no compiler for 90");
        assertThat(cuda.live()).isEmpty();
    }

    @Test
    void outOfMemoryIsToldApartAndPasses() {
        cuda.set("memory", 100 << 20);
        try (CudaDevice device = cuda.open();
                DeviceMemory most = device.allocate(99 << 20)) {
            assertThatThrownBy(() -> device.allocate(2 << 20))
                    .isInstanceOf(DeviceOutOfMemoryException.class)
                    .hasMessage(
                            "GPU 0 (Fake 0) has too little memory left for 2097152 bytes (cuMemAlloc): 1 MiB of 100 MiB"
                                    + " are free");
            cuda.fail("cuMemHostAlloc", 1, CudaError.OUT_OF_MEMORY);
            assertThatThrownBy(() -> device.allocateHost(10)).isInstanceOf(DeviceOutOfMemoryException.class);
            device.allocateHost(10).close();
            most.close();
            device.allocate(2 << 20).close();
        }
        assertThat(cuda.live()).isEmpty();
    }

    @Test
    void aRefusedCallLeavesTheDeviceUsable() {
        try (CudaDevice device = cuda.open();
                Stream stream = device.newStream();
                DeviceMemory memory = device.allocate(16)) {
            assertThatThrownBy(() -> stream.zero(memory.address(), 17))
                    .isInstanceOfSatisfying(
                            DeviceException.class, e -> assertThat(e.damage()).isEqualTo(Damage.NONE))
                    .hasMessage("GPU 0 (Fake 0) failed: cuMemsetD8Async: the fake failed (CUDA_ERROR_FAKE, 1)");
            cuda.fail("cuEventSynchronize", 1, 12345);
            assertThatThrownBy(stream::await).hasMessage("GPU 0 (Fake 0) failed: cuEventSynchronize: error 12345");
            stream.zero(memory.address(), 16);
            stream.await();
        }
        assertThat(cuda.live()).isEmpty();
    }

    @Test
    void aBrokenKernelLosesTheDeviceAndEveryLaterCallSaysWhy() {
        cuda.kernel("broken", 8, (argument, columns, rows, threads, sharedBytes) -> ILLEGAL_ADDRESS);
        CudaDevice device = cuda.open();
        Stream stream = device.newStream();
        DeviceMemory memory = device.allocate(16);
        stream.launch(new Kernel("broken"), new Grid(1, 1, 1, 0), ByteBuffer.allocate(8));
        Throwable first = catchThrowable(stream::await);
        assertThat(first)
                .isInstanceOf(DeviceException.class)
                .hasMessage(
                        "GPU 0 (Fake 0) failed: cuEventSynchronize: the fake failed (CUDA_ERROR_FAKE, 700). Nothing runs"
                                + " on it in this process from here on");
        for (Runnable call : List.<Runnable>of(
                stream::await, device::newStream, () -> device.allocate(1), () -> stream.zero(memory.address(), 1))) {
            DeviceException later = catchThrowableOfType(DeviceException.class, call::run);
            assertThat(later.damage()).isEqualTo(Damage.DEVICE_LOST);
            assertThat(later).hasMessage(first.getMessage());
        }
        device.close(); // does not fail; the driver frees a lost context with the process
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuCtxGetStreamPriorityRange", "cuEventCreate", "cuStreamCreateWithPriority"})
    void aStreamThatIsNotCreatedLeavesNothing(String function) {
        CudaDevice device = cuda.open();
        String before = cuda.live();
        cuda.fail(function, 1, 999);
        assertThatThrownBy(device::newStream)
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining(function);
        assertThat(cuda.live()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuDeviceGetAttribute", "cuCtxSetCurrent", "cuModuleLoadDataEx"})
    void aDeviceThatDoesNotOpenLeavesNothing(String function) {
        cuda.fail(function, 1, 1);
        assertThatThrownBy(cuda::open).isInstanceOf(DeviceException.class).hasMessageContaining(function);
        assertThat(cuda.live()).isEmpty();
    }
}

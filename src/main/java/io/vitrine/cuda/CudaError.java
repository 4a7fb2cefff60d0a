package io.vitrine.cuda;

import java.util.Set;

/** The results of driver calls that decide what happens next, from cuda.h ({@code CUresult}). */
final class CudaError {
    static final int SUCCESS = 0;
    static final int OUT_OF_MEMORY = 2;

    /** Code that this driver or GPU does not take: invalid image, no binary for the GPU, invalid PTX, PTX too new. */
    private static final Set<Integer> FOREIGN_CODE = Set.of(200, 209, 218, 222);

    /**
     * After these, every call of the process fails: a driver that shuts down, uncorrectable errors of memory and links, contained
     * ones, an illegal address, a kernel that ran too long, a destroyed context, what else a kernel did wrong, and the unknown.
     */
    private static final Set<Integer> LOSING_THE_DEVICE =
            Set.of(4, 214, 220, 226, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 721, 999);

    private CudaError() {}

    static boolean isForeignCode(int result) {
        return FOREIGN_CODE.contains(result);
    }

    static DeviceException.Damage damage(int result) {
        return LOSING_THE_DEVICE.contains(result) ? DeviceException.Damage.DEVICE_LOST : DeviceException.Damage.NONE;
    }
}

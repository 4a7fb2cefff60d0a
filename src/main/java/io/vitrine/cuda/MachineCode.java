package io.vitrine.cuda;

/**
 * A compiled {@link Program}.
 *
 * @param bytes an ELF file for one architecture, or PTX, text that the driver compiles
 * @param compiler for messages: "NVRTC 13.0 for sm_90"
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record MachineCode(byte[] bytes, String compiler) {}

package io.vitrine.image.jpeg2000;

/** Numbers of markers in codestreams, without their first byte, which is 0xff. */
final class Marker {
    static final int SOC = 0x4f;
    static final int CAP = 0x50;
    static final int SIZ = 0x51;
    static final int COD = 0x52;
    static final int COC = 0x53;
    static final int TLM = 0x55;
    static final int PLM = 0x57;
    static final int PLT = 0x58;
    static final int CPF = 0x59;
    static final int QCD = 0x5c;
    static final int QCC = 0x5d;
    static final int RGN = 0x5e;
    static final int POC = 0x5f;
    static final int PPM = 0x60;
    static final int PPT = 0x61;
    static final int CRG = 0x63;
    static final int COM = 0x64;
    static final int MCT = 0x74;
    static final int MCC = 0x75;
    static final int MCO = 0x77;
    static final int CBD = 0x78;
    static final int SOT = 0x90;
    static final int SOP = 0x91;
    static final int EPH = 0x92;
    static final int SOD = 0x93;
    static final int EOC = 0xd9;

    private Marker() {}

    /** Whether OpenJPEG knows the marker as one with a segment, or as the start of a packet. */
    static boolean isKnown(int marker) {
        return switch (marker) {
            case SIZ, COD, COC, TLM, PLM, PLT, QCD, QCC, RGN, POC, PPM, PPT, CRG, COM -> true;
            case CAP, CPF, MCT, MCC, MCO, CBD, SOT, SOP -> true;
            default -> false;
        };
    }
}

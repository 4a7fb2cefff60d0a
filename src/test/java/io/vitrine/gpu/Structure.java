package io.vitrine.gpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Structures of {@code layout.h}, one or an array, that a test fills field by field. */
public final class Structure {
    private final Emulator emulator;
    private final String type;
    private final ByteBuffer bytes;

    private Structure(Emulator emulator, String type, ByteBuffer bytes) {
        this.emulator = emulator;
        this.type = type;
        this.bytes = bytes;
    }

    static Structure array(Emulator emulator, String type, int count) {
        int size = count * (int) emulator.layout_of(type);
        return new Structure(emulator, type, ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** An element of the array. */
    public Structure at(int index) {
        return view(type, index * (int) emulator.layout_of(type));
    }

    /** A structure within this one: the first, or the only one, of a field. */
    public Structure field(String name, String fieldType) {
        return view(fieldType, offset(name));
    }

    private Structure view(String viewed, int offset) {
        ByteBuffer slice = bytes.duplicate().position(offset).slice().order(ByteOrder.LITTLE_ENDIAN);
        return new Structure(emulator, viewed, slice);
    }

    public Structure put(String field, int value) {
        bytes.putInt(offset(field), value);
        return this;
    }

    public Structure put(String field, long value) {
        bytes.putLong(offset(field), value);
        return this;
    }

    /** Sets an element of an array of 32-bit numbers. */
    public Structure put(String field, int index, int value) {
        bytes.putInt(offset(field) + Integer.BYTES * index, value);
        return this;
    }

    /** Sets an element of an array of 32-bit floats. */
    public Structure put(String field, int index, float value) {
        bytes.putFloat(offset(field) + Float.BYTES * index, value);
        return this;
    }

    /** Sets an element of an array of 16-bit numbers. */
    public Structure putShort(String field, int index, int value) {
        bytes.putShort(offset(field) + Short.BYTES * index, (short) value);
        return this;
    }

    /** Sets an element of an array of bytes. */
    public Structure putByte(String field, int index, int value) {
        bytes.put(offset(field) + index, (byte) value);
        return this;
    }

    private int offset(String field) {
        long offset = emulator.layout_of(type + "." + field);
        if (offset < 0) {
            throw new IllegalArgumentException(type + " has no field " + field);
        }
        return (int) offset;
    }

    ByteBuffer bytes() {
        return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}

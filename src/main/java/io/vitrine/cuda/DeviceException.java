package io.vitrine.cuda;

/** A device failed, or refused what it was asked. */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What a failure leaves behind. */
    public enum Damage {
        /** The device does other work as before. */
        NONE,
        /** Nothing runs on the device in this process from here on, not the model either. Only a new process helps. */
        DEVICE_LOST
    }

    private final Damage damage;

    public DeviceException(String message, Damage damage) {
        super(message);
        this.damage = damage;
    }

    public Damage damage() {
        return damage;
    }
}

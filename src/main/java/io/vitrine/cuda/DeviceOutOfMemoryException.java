package io.vitrine.cuda;

/** A device has too little memory left. Smaller batches may fit. */
public final class DeviceOutOfMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DeviceOutOfMemoryException(String message) {
        super(message);
    }
}

package io.vitrine.cuda;

import io.vitrine.VitrineException;

/** A device has too little memory left. Smaller batches may fit. */
public final class DeviceOutOfMemoryException extends VitrineException {
    private static final long serialVersionUID = 1;

    public DeviceOutOfMemoryException(String message) {
        super(message);
    }
}

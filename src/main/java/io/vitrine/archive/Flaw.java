package io.vitrine.archive;

import io.vitrine.RejectionReason;
import java.io.Serializable;

/** Why a member or the rest of an archive can't be read. */
public record Flaw(RejectionReason reason, String message) implements Serializable {}

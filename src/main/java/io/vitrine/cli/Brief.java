package io.vitrine.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Puts an option on the short help page of its command, in these words. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Brief {
    String value();
}

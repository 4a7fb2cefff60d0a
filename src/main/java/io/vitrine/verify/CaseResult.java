package io.vitrine.verify;

import java.util.Optional;

/**
 * The result of a case.
 *
 * @param fault the difference from the reference, or why there is no comparison; empty if the case passed
 * @param measured the errors of approximate numbers, for people; empty for exact numbers
 */
public record CaseResult(String id, Optional<String> fault, String measured) {}

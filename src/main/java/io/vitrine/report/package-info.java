/**
 * What a run reports: progress and a summary for a person, a record for programs.
 *
 * <p>May import the progress bar and Jackson, and no other room.
 */
package io.vitrine.report;

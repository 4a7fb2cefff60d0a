/**
 * Tests that run the whole job against faults and hostile input: damaged and oversized images, hostile checkpoints, a store that
 * fails, processes that are killed, long runs. Seeds are fixed. Every build runs a bounded part; {@code jobs/soak} runs all.
 */
package io.vitrine.soak;

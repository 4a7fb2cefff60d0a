/** How Spark schedules GPUs, and which GPU a task has. It may use {@code request} and {@code spark}. */
package io.vitrine.job.gpu;

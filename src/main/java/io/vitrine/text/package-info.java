/** Texts to vectors, in the space that they share with images: a tokenizer and the text half of a checkpoint. */
package io.vitrine.text;

/*
 * text: strings from elsewhere, made fit for a terminal or a log; numbers that people write.
 */
#ifndef IAMLP_BASE_TEXT_H
#define IAMLP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Copy src[0..len) to dst as printable UTF-8, at most size - 1 bytes and a NUL,
 * never cutting a character. Control characters (C0, DEL, C1), Unicode's line
 * separators and direction overrides, and bytes that are not UTF-8 become '?':
 * what a server, a host name or a file says can then neither move a cursor nor
 * start a new line nor reorder one. */
void text_clean(char *dst, size_t size, const char *src, size_t len);

/* Is text a number from least (not negative) to most, in decimal digits and nothing else?
 * It is then in *number, which is otherwise left alone. */
bool text_number(const char *text, int least, int most, int *number);

/* Is text one of the words of "one|two|three"? */
bool text_is_one_of(const char *text, const char *words);

#endif

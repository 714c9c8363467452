/*
 * fuzz: what the fuzz targets share: a promise that is held against every input, and what
 * texts for people have to be.
 */
#ifndef IAMLP_TESTS_FUZZ_H
#define IAMLP_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

/* The entry point of a target, as libFuzzer calls it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Say what was promised and is not so, and die. */
#define FUZZ_HOLDS(what) ((what) ? (void)0 : fuzz_broken(#what, __FILE__, __LINE__))
_Noreturn void fuzz_broken(const char *what, const char *file, int line);

/* Is it fit for a terminal, and within a buffer of `size` bytes? Printable UTF-8, that moves no
 * cursor and reorders nothing. */
bool fuzz_clean(const char *text, size_t size);

/* A function failed: there is a code, and a sentence that is clean. */
void fuzz_failed(const struct err *e);

/* Copy at most size - 1 bytes up to a NUL or `end` into out, as a string; returns how many
 * bytes of the input that took, `end` included. */
size_t fuzz_word(const uint8_t *data, size_t left, char end, char *out, size_t size);

/* The input on the heap, exactly as long as it is, with a NUL behind it: one byte more is
 * one too many. The caller frees it. */
char *fuzz_string(const uint8_t *data, size_t size);

/* Clocks that stand at 2026-11-23 and go on by a millisecond with each look. */
extern const struct clock fuzz_clock;
#define FUZZ_NOW INT64_C(1795428000)

/* Standard output as a file: fuzz_stdout_begin() once, then what has been printed since the
 * last call, as a string that the caller frees. */
void fuzz_stdout_begin(void);
char *fuzz_stdout(size_t *len);

/* The bytes as a file; its path is good until the file is closed. -1 ends the program. */
int fuzz_file(const void *data, size_t size, char path[32]);

#endif

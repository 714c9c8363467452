/*
 * pages: memory for bytes that must not outlive their use: whole pages of their own, locked
 * in memory where the limits allow, left out of core dumps, not inherited by fork, and wiped
 * before they are given back.
 *
 * mlock is a best effort: without CAP_IPC_LOCK the limit may be as low as 64 KiB, and
 * refusing to work would lose more than a page that could be swapped.
 *
 * Fuzzers have another file in place of pages.c (tests/fuzz/heap.c).
 */
#ifndef IAMLP_BASE_PAGES_H
#define IAMLP_BASE_PAGES_H

#include <stddef.h>

/* How large to make the memory of something that has `need` bytes now and may grow: at least
 * that. */
size_t pages_size(size_t need);

/* `size` bytes, zeroed; release with pages_unmap and the same size. NULL: no memory. */
void *pages_map(size_t size);

/* Wipe and release. NULL is allowed. */
void pages_unmap(void *p, size_t size);

#endif

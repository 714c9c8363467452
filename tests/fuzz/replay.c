/*
 * replay: main() of a fuzz target without a fuzzer: runs it on every file that is named.
 * A finding ends the program as it ends a fuzzer.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

static int
run(const char *path)
{
    FILE *f = fopen(path, "re");
    uint8_t *data = NULL;
    size_t size = 0, n = 0;
    int rc = -1;

    if (f == NULL)
        goto out;
    do {
        uint8_t *more = realloc(data, size + 4096);

        if (more == NULL)
            goto out;
        data = more;
        n = fread(data + size, 1, 4096, f);
        size += n;
    } while (n > 0);
    if (ferror(f))
        goto out;
    /* Exactly as long as it is, so that the address sanitizer sees its end. */
    if (size > 0)
        data = realloc(data, size);
    (void)LLVMFuzzerTestOneInput(data, size);
    rc = 0;
out:
    if (f != NULL)
        (void)fclose(f);
    free(data);
    if (rc != 0)
        perror(path);
    return rc;
}

int
main(int argc, char **argv)
{
    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++) {
        (void)fprintf(stderr, "%s\n", argv[i]);
        if (run(argv[i]) != 0)
            return 2;
    }
    (void)fprintf(stderr, "%d replayed\n", argc - 1);
    return 0;
}

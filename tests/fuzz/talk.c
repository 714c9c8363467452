/*
 * What a client puts on a terminal of what iamlp-helper says: nothing but what is printable,
 * and the lines that people copy begin where a line begins.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/talk.h"
#include "cli/verb.h"
#include "fuzz.h"
#include "script.h"

/* Lines, each of them clean. */
static void
check_output(bool shown)
{
    size_t len = 0;
    char *text = fuzz_stdout(&len), *next = NULL;
    unsigned passwords = 0;

    FUZZ_HOLDS(strlen(text) == len && (len == 0 || text[len - 1] == '\n'));
    for (char *line = text; *line != '\0'; line = next) {
        next = strchr(line, '\n');
        *next++ = '\0';
        FUZZ_HOLDS(fuzz_clean(line, len + 1));
        passwords += strncmp(line, "Password:    ", 13) == 0;
    }
    FUZZ_HOLDS(!shown || passwords >= 1);
    free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool begun;
    char *text = fuzz_string(data, size);
    struct script s = {text, text + size};
    struct err e = ERR_INIT;
    struct frame f;
    int status;

    if (!begun)
        fuzz_stdout_begin();
    begun = true;
    for (int i = 0; i < 8 && script_frame(&s, &f, WIRE_PERSON_MAX); i++) {
        bool whole = f.fault == ERR_OK;

        if (f.bytes != NULL) {
            talk_field(&f, "IAM user:    ", WIRE_F_IAM_USER);
            talk_field(&f, "", WIRE_F_TEXT);
            check_output(false);
            status = talk_end(&f);
            FUZZ_HOLDS(status == VERB_OK || status == VERB_FAILED);
            check_output(false);
        }
        if (whole && talk_show(&f, &e) == 0)
            check_output(true);
        frame_free(&f);
    }
    free(text);
    return 0;
}

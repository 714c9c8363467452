/* iamlp explain USER: the helper's facts, one a line. */
#include <stdio.h>

#include "base/text.h"
#include "cli/root.h"
#include "cli/talk.h"
#include "cli/verb.h"

static void
print_fact(const struct frame *f)
{
    char name[64], text[1024];
    size_t len = 0;
    const char *p = frame_get(f, WIRE_F_TEXT, &len);

    text_clean(text, sizeof(text), p != NULL ? p : "", len);
    p = frame_get(f, WIRE_F_NAME, &len);
    text_clean(name, sizeof(name), p != NULL ? p : "", len);
    (void)printf("%-16s %s\n", name, text);
}

int
explain_run(int argc, char **argv)
{
    struct root r = {0, -1};
    struct frame f = {0};
    int rc = root_start(&r, argc, argv);

    if (rc != 0)
        return rc;
    rc = -1;
    while (rc < 0 && root_receive(&r, &f) == 0) {
        if (f.type == WIRE_FACT)
            print_fact(&f);
        else
            rc = f.type == WIRE_END ? talk_end(&f) : VERB_OTHER;
        frame_free(&f);
    }
    frame_free(&f);
    root_stop(&r, true);
    return rc < 0 ? VERB_OTHER : rc;
}

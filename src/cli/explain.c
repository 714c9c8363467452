/* iamlp explain USER: the helper's facts, one a line, or as one JSON object. */
#include <ctype.h>
#include <stdio.h>

#include "base/outcome.h"
#include "cli/helper.h"
#include "cli/talk.h"
#include "cli/verb.h"
#include "cli/writer.h"

enum {
    JSON_MAX = 64 * 1024
};

struct explanation {
    bool json;
    struct buf out;
    struct writer w;
};

/* "IAM user" as a key: "iam_user". */
static void
make_key(char *name)
{
    for (; *name != '\0'; name++)
        *name = *name == ' ' ? '_' : (char)tolower((unsigned char)*name);
}

static void
tell_fact(struct explanation *x, const struct frame *f)
{
    char name[64], text[2560];

    (void)frame_get_clean(f, WIRE_F_NAME, name, sizeof(name));
    (void)frame_get_clean(f, WIRE_F_TEXT, text, sizeof(text));
    if (!x->json) {
        (void)printf("%-16s %s\n", name, text);
        return;
    }
    make_key(name);
    writer_text(&x->w, name, text);
}

static int
tell_end(struct explanation *x, const struct frame *f)
{
    enum outcome o = frame_get_outcome(f);
    char text[1024];

    if (!x->json)
        return talk_end(f);
    (void)frame_get_clean(f, WIRE_F_TEXT, text, sizeof(text));
    writer_text(&x->w, "result", outcome_name(o));
    if (text[0] != '\0')
        writer_text(&x->w, "message", text);
    return o == OUTCOME_OK ? VERB_OK : VERB_FAILED;
}

int
explain_run(int argc, char **argv)
{
    struct explanation x = {.json = false};
    struct helper h = {.fd = -1};
    struct line line;
    struct frame f = {0};
    int rc = line_parse(&line, argc, argv);

    if (rc == 0)
        rc = helper_start(&h, &line);
    if (rc != 0)
        return rc;
    x.json = line.json;
    buf_init(&x.out, JSON_MAX);
    writer_begin(&x.w, &x.out);
    writer_open(&x.w, NULL, '{');
    rc = -1;
    while (rc < 0 && helper_receive(&h, &f) == 0) {
        if (f.type == WIRE_FACT)
            tell_fact(&x, &f);
        else
            rc = f.type == WIRE_END ? tell_end(&x, &f) : VERB_OTHER;
        frame_free(&f);
    }
    frame_free(&f);
    helper_stop(&h, true);
    writer_close(&x.w, '}');
    if (x.json && rc >= 0 && verb_print("explain", &x.out, "the facts") != VERB_OK)
        rc = VERB_OTHER;
    buf_free(&x.out);
    return rc < 0 ? VERB_OTHER : rc;
}

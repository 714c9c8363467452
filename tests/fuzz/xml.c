/*
 * AWS's answers: XML as a stream of paths, and what the actions make of it. An action that
 * the document names reads it; what is refused leaves nothing behind, and what is accepted
 * is printable.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/xml.h"
#include "fuzz.h"
#include "iam/action.h"
#include "iam/answer.h"

static struct iam_output out, none;

/* Paths are names of elements, which no control character can be part of. */
static int
element(const char *path, const char *text, void *arg)
{
    unsigned *count = arg;
    size_t depth = 1;

    FUZZ_HOLDS(path[0] != '\0' && strlen(path) <= XML_PATH_MAX && strlen(text) <= XML_TEXT_MAX);
    for (const char *p = path; *p != '\0'; p++) {
        FUZZ_HOLDS((unsigned char)*p > ' ');
        FUZZ_HOLDS(*p != '/' || (p > path && p[1] != '/' && p[1] != '\0'));
        depth += *p == '/';
    }
    FUZZ_HOLDS(depth <= XML_DEPTH_MAX);
    ++*count;
    return 0;
}

static void
check_output(void)
{
    FUZZ_HOLDS(fuzz_clean(out.path, sizeof(out.path)));
    FUZZ_HOLDS(fuzz_clean(out.user_name, sizeof(out.user_name)));
    FUZZ_HOLDS(fuzz_clean(out.arn, sizeof(out.arn)));
    FUZZ_HOLDS(fuzz_clean(out.account, sizeof(out.account)));
    FUZZ_HOLDS(out.tag_count <= IAM_TAGS_MAX && out.decision_count <= IAM_DECISIONS_MAX);
    for (size_t i = 0; i < out.tag_count; i++) {
        FUZZ_HOLDS(fuzz_clean(out.tags[i].key, sizeof(out.tags[i].key)));
        FUZZ_HOLDS(fuzz_clean(out.tags[i].value, sizeof(out.tags[i].value)));
    }
    for (size_t i = 0; i < out.decision_count; i++)
        FUZZ_HOLDS(fuzz_clean(out.decisions[i].action, sizeof(out.decisions[i].action)));
}

static void
read_answer(enum iam_action action, const char *doc, size_t len)
{
    const struct action *row = action_row(action);
    struct err e = ERR_INIT;
    struct iam_input in;
    char partition[32], account[13];

    iam_input_init(&in);
    in.user_name = "alice";
    if (strstr(doc, row->name) == NULL)
        return;
    if (answer_parse(row, &in, doc, len, &out, &e) != 0) {
        fuzz_failed(&e);
        FUZZ_HOLDS(memcmp(&out, &none, sizeof(out)) == 0);
        return;
    }
    check_output();
    if (out.arn[0] != '\0' && iam_parse_arn(out.arn, partition, account, &e) == 0)
        FUZZ_HOLDS(partition[0] != '\0' && strspn(account, "0123456789") == 12);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *doc = fuzz_string(data, size);
    struct err e = ERR_INIT;
    unsigned count = 0;

    answer_init(&none);
    if (xml_parse(doc, size, element, &count, &e) != 0)
        fuzz_failed(&e);
    else
        FUZZ_HOLDS(count > 0);
    for (int action = 0; action < IAM_ACTION_COUNT; action++)
        read_answer((enum iam_action)action, doc, size);
    free(doc);
    return 0;
}

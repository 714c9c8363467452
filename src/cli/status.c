/* iamlp status: is this host ready, and where does everybody stand; nothing is asked of AWS. */
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "cli/check.h"
#include "cli/records.h"
#include "cli/verb.h"
#include "state/store.h"

enum {
    JSON_MAX = 16 * 1024 * 1024
};

/* Of all looks those at what has to be there; `iamlp check` has the rest. */
static check_look *const looks[] = {
    check_pam_services, check_host_module, check_host_helper,  check_conf_file,   check_place_run,
    check_place_socket, check_host_user,   check_host_keyring, check_place_state,
};

static void
print_parts(const struct findings *f)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct finding *one = &f->list[i];

        (void)printf("%-14s %s%s%s%s\n", one->area, one->level == WIRE_LEVEL_FAIL ? "! " : "",
                     one->what, one->mend[0] != '\0' ? "; " : "", one->mend);
    }
}

static int
write_json(const struct check *c, const struct records *r, bool known)
{
    struct writer w;
    struct buf out;
    int rc;

    buf_init(&out, JSON_MAX);
    writer_begin(&w, &out);
    writer_open(&w, NULL, '{');
    finding_write(&c->found, &w, "parts");
    if (known)
        records_write(r, &w, "users");
    writer_close(&w, '}');
    rc = verb_print("status", &out, "the table");
    buf_free(&out);
    return rc;
}

static void
print(const struct check *c, const struct records *r, bool known)
{
    print_parts(&c->found);
    if (!known)
        return;
    (void)printf("\n");
    records_print(r, isatty(STDOUT_FILENO) != 0);
    if (r->odd > 0)
        (void)printf("\n! %d of these cannot be read or were set aside: the log says why\n",
                     r->odd);
}

int
status_run(int argc, char **argv)
{
    struct line line;
    struct err why = ERR_INIT, e = ERR_INIT;
    struct check c = {.line = &line, .conf_fault = why.msg};
    struct records r = {NULL, 0, 0};
    struct conf *conf;
    bool known = false;
    int state, rc = line_parse(&line, argc, argv);

    if (rc != VERB_OK)
        return rc;
    conf = conf_load(line.conf, &why);
    c.conf = conf;
    for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
        looks[i](&c);
    state = store_open(line.state, NULL);
    if (state >= 0)
        known = records_read(&r, state, clock_system.wall_s(), &e) == 0;
    if (state >= 0 && !known)
        (void)fprintf(stderr, "iamlp status: %s\n", e.msg);
    if (line.json)
        rc = write_json(&c, &r, known);
    else
        print(&c, &r, known);
    if (rc == VERB_OK && (!known || r.odd > 0 || finding_count(&c.found, WIRE_LEVEL_FAIL) > 0))
        rc = VERB_FAILED;
    records_free(&r);
    fdio_close(state);
    finding_free(&c.found);
    conf_free(conf);
    return rc;
}

/* iamlp check: everything that has to be so, on one screen, and what to do where it is not. */
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/check.h"
#include "cli/screen.h"
#include "cli/verb.h"

enum {
    JSON_MAX = 1024 * 1024
};

static check_look *const looks[] = {
    check_conf_file,    check_conf_names,  check_pam_services,     check_pam_stacks,
    check_sshd_pam,     check_host_module, check_host_helper,      check_host_net,
    check_place_socket, check_place_run,   check_place_state,      check_place_records,
    check_host_keyring, check_host_user,   check_host_confinement, check_aws_ask,
};

static size_t
columns(void)
{
    struct winsize w;

    if (isatty(STDOUT_FILENO) == 0)
        return 0;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : 80;
}

static void
print(const struct findings *f)
{
    size_t fails = finding_count(f, WIRE_LEVEL_FAIL), warns = finding_count(f, WIRE_LEVEL_WARN);

    finding_print(f, screen_coloured(STDOUT_FILENO), columns());
    if (fails > 0)
        (void)printf("\n%zu to mend, %zu to look at.\n", fails, warns);
    else if (warns > 0)
        (void)printf("\nNothing has to be mended, %zu to look at.\n", warns);
    else
        (void)printf("\nAll is well.\n");
}

static int
write_json(const struct findings *f)
{
    struct writer w;
    struct buf out;
    int rc;

    buf_init(&out, JSON_MAX);
    writer_begin(&w, &out);
    writer_open(&w, NULL, '{');
    writer_text(&w, "result", finding_count(f, WIRE_LEVEL_FAIL) > 0 ? "fail" : "ok");
    finding_write(f, &w, "findings");
    writer_close(&w, '}');
    rc = verb_print("check", &out, "the findings");
    buf_free(&out);
    return rc;
}

int
check_run(int argc, char **argv)
{
    struct line line;
    struct err e = ERR_INIT;
    struct check c = {.line = &line, .conf_fault = e.msg};
    struct conf *conf;
    int rc = line_parse(&line, argc, argv);

    if (rc != VERB_OK)
        return rc;
    conf = conf_load(line.conf, &e);
    c.conf = conf;
    for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
        looks[i](&c);
    if (line.json)
        rc = write_json(&c.found);
    else
        print(&c.found);
    if (rc == VERB_OK && finding_count(&c.found, WIRE_LEVEL_FAIL) > 0)
        rc = VERB_FAILED;
    finding_free(&c.found);
    conf_free(conf);
    return rc;
}

/* iamlp status: is this host ready, and where does everybody stand; nothing is asked of AWS. */
#include <errno.h>
#include <getopt.h>
#include <linux/keyctl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "base/text.h"
#include "cli/pamd.h"
#include "cli/pamdir.h"
#include "cli/records.h"
#include "cli/verb.h"
#include "conf/conf.h"
#include "state/mark.h"
#include "state/store.h"

struct request {
    const char *conf;
    const char *state;
    const char *run;
    bool ready; /* nothing has been found amiss yet */
};

static int
parse(int argc, char **argv, struct request *r)
{
    static const struct option names[] = {
        {"conf", required_argument, NULL, 'c'},
        {"state", required_argument, NULL, 's'},
        {"run", required_argument, NULL, 'r'},
        {NULL, 0, NULL, 0},
    };
    int option;
    bool fine = true;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        if (option == 'c')
            r->conf = optarg;
        else if (option == 's')
            r->state = optarg;
        else if (option == 'r')
            r->run = optarg;
        else
            fine = false;
    }
    if (fine && optind == argc)
        return VERB_OK;
    (void)fprintf(stderr, "usage: iamlp status [--conf PATH] [--state DIR] [--run DIR]; try: "
                          "iamlp --help\n");
    return VERB_USAGE;
}

/* One line of the screen; with fine = false the host is not ready. */
static void __attribute__((format(printf, 4, 5)))
tell(struct request *r, bool fine, const char *what, const char *fmt, ...)
{
    char text[ERR_MSG_MAX + 64], clean[sizeof(text)];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    text_clean(clean, sizeof(clean), text, strlen(text));
    (void)printf("%-14s %s%s\n", what, fine ? "" : "! ", clean);
    r->ready = r->ready && fine;
}

/* ---- what has to be there ------------------------------------------------------------- */

static int
list_service(void *arg, const char *name, const struct buf *text)
{
    struct pamd_reader reader;
    struct pamd_line line;
    int rc;

    pamd_begin(&reader, name, buf_str(text), text->len);
    while ((rc = pamd_next(&reader, &line, NULL)) != 0)
        if (rc > 0 && line.ours)
            buf_addf(arg, "%s%s (%s%s)", ((struct buf *)arg)->len > 0 ? ", " : "", name,
                     pamd_type_name(line.type), line.marked ? "" : ", by hand");
    return 0;
}

static void
tell_services(struct request *r)
{
    struct err e = ERR_INIT;
    struct buf list;

    buf_init(&list, 2048);
    if (pamdir_each(false, list_service, &list, &e) != 0)
        tell(r, false, "services", "%s", e.msg);
    else
        tell(r, true, "services", "%s",
             list.len > 0 ? buf_str(&list) : "none; begin with: iamlp enable sshd");
    buf_free(&list);
}

static void
tell_file(struct request *r, const char *what, const char *path, int mode)
{
    if (access(path, mode) == 0)
        tell(r, true, what, "%s", path);
    else
        tell(r, false, what, "%s: %s", path, strerror(errno));
}

static void
tell_configuration(struct request *r)
{
    struct err e = ERR_INIT;
    struct conf *c = conf_load(r->conf, &e);

    if (c != NULL)
        tell(r, true, "configuration", "%s, %zu users by name, %zu rules", r->conf, c->user_count,
             c->rule_count);
    else
        tell(r, false, "configuration", "%s", e.msg);
    conf_free(c);
}

static void
tell_run(struct request *r)
{
    struct err e = ERR_INIT;
    int fd = fdio_open_dir_trusted(r->run, FDIO_READABLE, &e);

    tell(r, fd >= 0, "run folder", "%s", fd >= 0 ? r->run : e.msg);
    fdio_close(fd);
}

/* Does somebody listen? By the kernel's list, since whoever connects is a claim. There
 * iamlp-helper's own socket has the name it had before it was renamed. */
static bool
listens(const char *path)
{
    const unsigned long accepting = 0x10000; /* __SO_ACCEPTCON of the kernel's net.h */
    size_t n = strlen(path);
    FILE *f = fopen("/proc/net/unix", "re");
    char line[512];
    bool found = false;

    while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL) {
        unsigned long flags = 0;
        int at = 0;

        line[strcspn(line, "\n")] = '\0';
        found = sscanf(line, "%*s %*s %*s %lx %*s %*s %*s %n", &flags, &at) == 1 && at > 0 &&
                (flags & accepting) != 0 && strncmp(line + at, path, n) == 0 &&
                (*(line + at + n) == '\0' || strcmp(line + at + n, ".new") == 0);
    }
    if (f != NULL)
        (void)fclose(f);
    return found;
}

static void
tell_socket(struct request *r)
{
    char path[MARK_PATH_MAX];

    if ((size_t)snprintf(path, sizeof(path), "%s/claim.sock", r->run) < sizeof(path) &&
        listens(path))
        tell(r, true, "claim socket", "%s", path);
    else
        tell(r, false, "claim socket",
             "nobody listens at %s/claim.sock; mend with: systemctl enable --now "
             "iamlp-claim.socket",
             r->run);
}

static void
tell_host(struct request *r)
{
    const struct passwd *pw = getpwnam("iamlp");

    tell_services(r);
    tell_file(r, "module", IAMLP_PAMDIR "/" PAMD_MODULE, R_OK);
    tell_file(r, "helper", IAMLP_LIBEXECDIR "/iamlp-helper", X_OK);
    tell_configuration(r);
    tell_run(r);
    tell_socket(r);
    tell(r, pw != NULL, "system user", "%s",
         pw != NULL ? "iamlp" : "there is no user iamlp; mend with: systemd-sysusers");
    /* A container's filter shows here: the keyring is where passwords wait. */
    if (syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 1) >= 0)
        tell(r, true, "keyring", "usable");
    else
        tell(r, false, "keyring", "%s; no password can wait for its reader", strerror(errno));
}

int
status_run(int argc, char **argv)
{
    struct request r = {IAMLP_SYSCONFDIR "/iamlp/iamlp.conf", STORE_DIR, MARK_RUN, true};
    struct err e = ERR_INIT;
    int state, odd, rc;

    rc = parse(argc, argv, &r);
    if (rc != VERB_OK)
        return rc;
    if (geteuid() != 0) {
        (void)fprintf(stderr, "iamlp status: needs root; try: sudo iamlp status\n");
        return VERB_OTHER;
    }
    tell_host(&r);
    state = store_open(r.state, &e);
    if (state < 0) {
        tell(&r, false, "state folder", "%s", e.msg);
        return VERB_FAILED;
    }
    tell(&r, true, "state folder", "%s", r.state);
    (void)printf("\n");
    odd = records_print(state, clock_system.wall_s(), isatty(STDOUT_FILENO) != 0, &e);
    if (odd < 0)
        (void)fprintf(stderr, "iamlp status: %s\n", e.msg);
    else if (odd > 0)
        (void)printf("\n! %d of these cannot be read or were set aside: the log says why\n", odd);
    fdio_close(state);
    return r.ready && odd == 0 ? VERB_OK : VERB_FAILED;
}

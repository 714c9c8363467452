#include "dropin/stake.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "base/term.h"

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

enum {
    SIGNALS = sizeof(signals) / sizeof(signals[0])
};

static struct {
    const struct secret *password; /* NULL: none */
    int fd;
    struct sigaction found[SIGNALS];
} at;

int
stake_show(int fd, const struct secret *password, bool sure)
{
    static const char doubt[] = "AWS has not answered; if it was set, it is this one:\n",
                      label[] = "Password:    ";

    if ((sure || term_write(fd, doubt, strlen(doubt)) == 0) &&
        term_write(fd, label, strlen(label)) == 0 &&
        term_write(fd, secret_str(password), secret_len(password)) == 0)
        return term_write(fd, "\n", 1);
    return -1;
}

/* Nothing here but write(2), poll(2) and sigaction(2). The signal comes again, and to
 * whom it would have come, as soon as this returns. */
static void
stopped(int sig)
{
    (void)term_write(at.fd, "\n", 1);
    (void)stake_show(at.fd, at.password, false);
    stake_end();
    (void)raise(sig);
}

void
stake_begin(int fd, const struct secret *password)
{
    struct sigaction act = {.sa_handler = stopped};

    at.fd = fd;
    at.password = password;
    (void)sigemptyset(&act.sa_mask);
    for (size_t i = 0; i < SIGNALS; i++)
        (void)sigaddset(&act.sa_mask, signals[i]);
    for (size_t i = 0; i < SIGNALS; i++)
        (void)sigaction(signals[i], &act, &at.found[i]);
}

void
stake_end(void)
{
    if (at.password == NULL)
        return;
    for (size_t i = 0; i < SIGNALS; i++)
        (void)sigaction(signals[i], &at.found[i], NULL);
    at.password = NULL;
}

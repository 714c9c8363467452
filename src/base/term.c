#include "base/term.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdio.h"

enum {
    WIDTH_MIN = 20,
    WIDTH_USUAL = 80 /* of a terminal that does not know */
};

bool
term_present(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

int
term_begin(struct term *t, struct err *e)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t set;

    t->signals = -1;
    t->caught = 0;
    if (tcgetattr(STDIN_FILENO, &t->found) != 0)
        return err_sys(e, "the terminal's settings");
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGQUIT);
    t->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (t->signals < 0)
        return err_sys(e, "signals");
    (void)sigprocmask(SIG_BLOCK, &set, &t->mask);
    (void)sigaction(SIGTSTP, &ignore, &t->tstp);
    return 0;
}

void
term_leave(struct term *t)
{
    fdio_close(t->signals);
    t->signals = -1;
}

void
term_end(struct term *t)
{
    if (t->signals < 0)
        return;
    term_leave(t);
    (void)sigaction(SIGTSTP, &t->tstp, NULL);
    (void)sigprocmask(SIG_SETMASK, &t->mask, NULL);
}

int
term_status(const struct term *t)
{
    return 128 + t->caught;
}

int
term_write(int fd, const char *data, size_t len)
{
    while (len > 0) {
        struct pollfd p = {fd, POLLOUT, 0};
        ssize_t n = write(fd, data, len);

        /* A terminal that another program has left non-blocking. */
        if (n < 0 && errno == EAGAIN && poll(&p, 1, -1) > 0)
            continue;
        if (n < 0 && errno != EINTR)
            return -1;
        data += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

/* Columns to fill, one less than there are: some terminals go to the next line by
 * themselves after the last. */
static size_t
width_of(int fd)
{
    struct winsize size = {0};

    if (ioctl(fd, TIOCGWINSZ, &size) != 0)
        return SIZE_MAX;
    if (size.ws_col == 0)
        return WIDTH_USUAL - 1;
    return (size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col) - 1U;
}

/* Turn the last space before the edge into the end of the line. A space at the text's
 * end stays: it stands between a question and its answer. */
static void
wrap(char *text, size_t width)
{
    char *space = NULL;
    size_t column = 0, after = 0; /* characters on this line, and after `space` */

    for (char *p = text; *p != '\0'; p++) {
        if (((unsigned char)*p & 0xc0) == 0x80)
            continue;
        column++;
        after++;
        if (*p == ' ' && p[1] != '\0') {
            space = p;
            after = 0;
        }
        if (column > width && space != NULL) {
            *space = '\n';
            space = NULL;
            column = after;
        }
    }
}

static int
write_wrapped(int fd, const char *text, const char *end)
{
    char copy[TERM_TEXT_MAX];

    (void)snprintf(copy, sizeof(copy), "%s", text);
    wrap(copy, width_of(fd));
    return term_write(fd, copy, strlen(copy)) == 0 ? term_write(fd, end, strlen(end)) : -1;
}

void
term_say(int fd, const char *text)
{
    (void)write_wrapped(fd, text, "\n");
}

static enum term_event
stopped(struct term *t, int sig)
{
    t->caught = sig;
    return TERM_STOPPED;
}

/* Wait; with `person` also for what is typed. A signal comes first and the peer before
 * the person: an answer to a program that is gone helps nobody. */
static enum term_event
wait_event(struct term *t, bool person, int ms)
{
    const int64_t end = clock_system.mono_ms() + ms;
    struct pollfd p[] = {
        {t->signals, POLLIN, 0}, {t->peer, POLLIN, 0}, {STDIN_FILENO, person ? POLLIN : 0, 0}};
    struct signalfd_siginfo info;

    for (;;) {
        int n = poll(p, 3, ms < 0 ? -1 : clock_left_ms(&clock_system, end));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return stopped(t, SIGHUP);
        if (n == 0)
            return TERM_LATE;
        if (p[0].revents != 0) {
            if (read(t->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
                continue;
            return stopped(t, (int)info.ssi_signo);
        }
        if (p[2].revents & (POLLHUP | POLLERR | POLLNVAL))
            return stopped(t, SIGHUP);
        return p[1].revents != 0 ? TERM_PEER : TERM_LINE;
    }
}

enum term_event
term_wait(struct term *t, int ms)
{
    enum term_event event = wait_event(t, false, ms);

    /* The terminal has written ^C where the next line is to begin. */
    if (event == TERM_STOPPED && (t->caught == SIGINT || t->caught == SIGQUIT))
        (void)term_write(STDOUT_FILENO, "\n", 1);
    return event;
}

/* Read one line that the terminal's driver has edited. */
static enum term_event
read_line(struct term *t, struct secret *line)
{
    bool complete = false;

    while (!complete) {
        size_t had = secret_len(line);
        enum term_event event = wait_event(t, true, -1);
        char *p, rest[1];
        ssize_t n;

        if (event != TERM_LINE)
            return event;
        /* A line that is too long is read to its end, byte by byte, and dropped. */
        p = had < TERM_LINE_MAX ? secret_extend(line, TERM_LINE_MAX - had, NULL) : rest;
        if (p == NULL)
            return stopped(t, SIGHUP);
        n = read(STDIN_FILENO, p, p == rest ? 1 : TERM_LINE_MAX - had);
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return stopped(t, SIGHUP);
        complete = n > 0 && p[n - 1] == '\n';
        secret_truncate(line, p == rest ? had : had + (n > 0 ? (size_t)n : 0));
        if (n == 0)
            return TERM_EOF;
    }
    if (secret_len(line) > 0 && secret_str(line)[secret_len(line) - 1] == '\n')
        secret_truncate(line, secret_len(line) - 1);
    return TERM_LINE;
}

enum term_event
term_ask(struct term *t, const char *question, bool hidden, struct secret *line)
{
    const int out = t->on_error ? STDERR_FILENO : STDOUT_FILENO;
    struct termios asking = t->found;
    enum term_event event;

    /* Whatever ran before may have left a terminal without lines or signals. */
    asking.c_iflag |= ICRNL;
    asking.c_lflag |= ICANON | ISIG | ECHO | ECHOE | ECHOK;
    if (hidden) {
        asking.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
        asking.c_lflag |= ECHONL;
    }
    secret_truncate(line, 0);
    /* TCSANOW, here and below: to wait for output that Ctrl-S has stopped would be to
     * wait where no signal is seen. */
    if (tcsetattr(STDIN_FILENO, TCSANOW, &asking) != 0)
        return stopped(t, SIGHUP);
    (void)tcflush(STDIN_FILENO, TCIFLUSH);
    /* An answer to a question that nobody has seen is none. */
    event = write_wrapped(out, question, "") == 0 ? read_line(t, line) : stopped(t, SIGHUP);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &t->found);
    /* What follows a whole line was typed for the next program; half an answer was not. */
    if (event != TERM_LINE) {
        (void)tcflush(STDIN_FILENO, TCIFLUSH);
        secret_truncate(line, 0);
        (void)term_write(out, "\n", 1);
    }
    return event;
}

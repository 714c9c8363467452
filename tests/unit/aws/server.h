/*
 * A server on loopback that follows a script: one step a request, in the order in
 * which requests come, over as many connections as the client opens. It is a
 * process of its own, and notes what it saw in memory shared with the test.
 */
#ifndef IAMLP_TESTS_AWS_SERVER_H
#define IAMLP_TESTS_AWS_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum server_then {
    KEEP,  /* the connection stays for the next request */
    CLOSE, /* an orderly end */
    RESET, /* RST */
    STALL, /* nothing more until the client gives up */
    CUT,   /* as RESET, and before the request's body is read; nothing is answered */
};

struct server_step {
    enum server_then then;
    const char *text; /* bytes of the answer; NULL: none */
    const char *fill; /* follows the text this many times; NULL: nothing does */
    size_t times;
};

struct server_log {
    int connections;
    int requests;
    size_t len;
    char text[16384]; /* every byte that came, NUL-terminated */
};

struct server {
    pid_t pid;
    int hold; /* the server ends when this end of a pipe is closed */
    char url[64];
    const char *host; /* within url */
    struct server_log *log;
};

#define SERVER_OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

/* A bound socket that does not listen: connections to its URL are refused. */
static int
server_bind(struct server *s)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(to);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memset(s, 0, sizeof(*s));
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&to, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&to, &size), 0);
    (void)snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%u/", (unsigned)ntohs(to.sin_port));
    s->host = s->url + strlen("http://");
    return fd;
}

/* One byte into the log; false at the end of the connection. */
static bool
server_byte(int fd, struct server_log *log)
{
    if (log->len + 1 >= sizeof(log->text) || recv(fd, log->text + log->len, 1, 0) != 1)
        return false;
    log->text[++log->len] = '\0';
    return true;
}

/* Read a request; without its body if `head_only`. */
static bool
server_read(int fd, struct server_log *log, bool head_only)
{
    const char *head = log->text + log->len, *length;

    do {
        if (!server_byte(fd, log))
            return false;
    } while (strstr(head, "\r\n\r\n") == NULL);
    length = strcasestr(head, "\r\nContent-Length:");
    if (length == NULL || head_only)
        return true;
    for (long left = strtol(strchr(length, ':') + 1, NULL, 10); left > 0; left--)
        if (!server_byte(fd, log))
            return false;
    return true;
}

static void
server_converse(int fd, const struct server_step *script, int steps, struct server_log *log)
{
    static const struct server_step after = {.then = KEEP, .text = SERVER_OK};
    const struct linger reset = {1, 0};
    const struct server_step *step = NULL;

    do {
        step = log->requests < steps ? &script[log->requests] : &after;
        if (!server_read(fd, log, step->then == CUT))
            return;
        log->requests++;
        if (step->text != NULL)
            (void)send(fd, step->text, strlen(step->text), MSG_NOSIGNAL);
        for (size_t i = 0; step->fill != NULL && i < step->times; i++)
            if (send(fd, step->fill, strlen(step->fill), MSG_NOSIGNAL) < 0)
                return;
    } while (step->then == KEEP);
    while (step->then == STALL && server_byte(fd, log))
        continue;
    if (step->then == RESET || step->then == CUT)
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
}

/* Until the pipe is closed and every connection made before that is served. */
static void
server_serve(int listener, int hold, const struct server_step *script, int steps,
             struct server_log *log)
{
    struct pollfd on[] = {{listener, POLLIN, 0}, {hold, POLLIN, 0}};

    while (poll(on, 2, -1) > 0 && on[0].revents != 0) {
        int fd = accept(listener, NULL, NULL);

        if (fd < 0)
            break;
        log->connections++;
        server_converse(fd, script, steps, log);
        (void)close(fd);
    }
}

static void
server_start(struct server *s, const struct server_step *script, int steps)
{
    int ends[2], listener = server_bind(s);

    s->log = mmap(NULL, sizeof(*s->log), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(s->log != MAP_FAILED);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(pipe(ends), 0);
    s->hold = ends[1];
    s->pid = fork();
    assert_true(s->pid >= 0);
    if (s->pid == 0) {
        (void)close(ends[1]);
        server_serve(listener, ends[0], script, steps, s->log);
        _exit(0);
    }
    (void)close(ends[0]);
    (void)close(listener);
}

/* After the client has closed its connections. The log is complete from here on. */
static void
server_stop(struct server *s)
{
    int status = -1;

    (void)close(s->hold);
    assert_int_equal(waitpid(s->pid, &status, 0), s->pid);
    assert_int_equal(status, 0);
}

static void
server_free(struct server *s)
{
    (void)munmap(s->log, sizeof(*s->log));
}

/* How often the client has sent this. */
static int
server_count(const struct server *s, const char *what)
{
    int count = 0;

    for (const char *at = s->log->text; (at = strstr(at, what)) != NULL; at += strlen(what))
        count++;
    return count;
}

#endif

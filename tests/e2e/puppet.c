/*
 * puppet: an iamlp-net that somebody has taken over. It enters the sandbox as the real
 * one does, and then obeys a test, line by line, over TCP to this host, which is all
 * that is left to it. The last bytes of its own file are the port.
 *
 *   recv                 one frame of the helper: `frame HEX`, or `end`
 *   send HEX             bytes to the helper: `sent`, or `end`
 *   call NAME ARG...     a system call: `RESULT ERRNO`, or `unknown`. An ARG is a number,
 *                        t:TEXT (its address), b:HEX (of bytes), z:N (of N zeros)
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/proc.h"
#include "net/sandbox.h"

enum {
    PORT_DIGITS = 5,
    LINE = 256 * 1024,
    FRAME = 2 * 1024 * 1024,
    ARGS = 6
};

static uint16_t
port(void)
{
    char digits[PORT_DIGITS + 1] = "";
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

    if (fd < 0 || lseek(fd, -PORT_DIGITS, SEEK_END) < 0 ||
        read(fd, digits, PORT_DIGITS) != PORT_DIGITS)
        _exit(3);
    (void)close(fd);
    return (uint16_t)strtoul(digits, NULL, 10);
}

static int
connect_to(uint16_t number)
{
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(number), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
        _exit(4);
    return fd;
}

/* In place; returns how many bytes. */
static size_t
unhex(char *s)
{
    size_t n = 0;

    for (; s[2 * n] != '\0' && s[2 * n] != '\n'; n++) {
        char two[3] = {s[2 * n], s[2 * n + 1], '\0'};

        s[n] = (char)strtoul(two, NULL, 16);
    }
    return n;
}

static void
receive(FILE *to)
{
    static unsigned char frame[FRAME];
    size_t have = 0, want = 8;

    while (have < want) {
        ssize_t n = recv(0, frame + have, want - have, 0);

        if (n <= 0) {
            (void)fputs("end\n", to);
            return;
        }
        have += (size_t)n;
        if (have == 8)
            want = 8 + ((size_t)frame[4] << 24 | (size_t)frame[5] << 16 | (size_t)frame[6] << 8 |
                        frame[7]);
        if (want > sizeof(frame))
            _exit(6);
    }
    (void)fputs("frame ", to);
    for (size_t i = 0; i < have; i++)
        (void)fprintf(to, "%02x", frame[i]);
    (void)fputc('\n', to);
}

static void
transmit(FILE *to, char *hex)
{
    size_t len = unhex(hex), done = 0;

    while (done < len) {
        ssize_t n = send(0, hex + done, len - done, MSG_NOSIGNAL);

        if (n <= 0)
            break;
        done += (size_t)n;
    }
    (void)fputs(done == len ? "sent\n" : "end\n", to);
}

static long
argument(char *word)
{
    void *zeros;

    if (strncmp(word, "t:", 2) == 0)
        return (long)(uintptr_t)(word + 2);
    if (strncmp(word, "b:", 2) == 0) {
        (void)unhex(word + 2);
        return (long)(uintptr_t)(word + 2);
    }
    if (strncmp(word, "z:", 2) == 0) {
        zeros = calloc(1, strtoul(word + 2, NULL, 0));
        return (long)(uintptr_t)zeros;
    }
    return strtol(word, NULL, 0);
}

static void
call(FILE *to, char *words)
{
    long a[ARGS] = {0}, result;
    char *save = NULL, *name = strtok_r(words, " \n", &save), *word;
    int nr = seccomp_syscall_resolve_name(name);

    for (int i = 0; i < ARGS && (word = strtok_r(NULL, " \n", &save)) != NULL; i++)
        a[i] = argument(word);
    if (nr < 0) {
        (void)fputs("unknown\n", to);
        return;
    }
    result = syscall(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
    (void)fprintf(to, "%ld %d\n", result, result < 0 ? errno : 0);
}

int
main(void)
{
    static char line[LINE];
    struct err e = ERR_INIT;
    uint16_t number;
    FILE *in, *out;
    int fd;

    proc_begin();
    number = port();
    if (sandbox_enter(&e) != 0)
        return 7;
    fd = connect_to(number);
    in = fdopen(fd, "r");
    out = fdopen(fcntl(fd, F_DUPFD_CLOEXEC, 0), "w");
    if (in == NULL || out == NULL)
        return 5;
    while (fgets(line, sizeof(line), in) != NULL) {
        if (strncmp(line, "recv", 4) == 0)
            receive(out);
        else if (strncmp(line, "send ", 5) == 0)
            transmit(out, line + 5);
        else if (strncmp(line, "call ", 5) == 0)
            call(out, line + 5);
        (void)fflush(out);
    }
    return 0;
}

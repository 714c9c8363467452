#include "pam/note.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "base/fdio.h"

enum {
    HEADER_MAX = 64
};

/* No time stands in the line: the log's reader puts its own, and localtime would read
 * TZ from an environment that may be the invoker's. */
static void
send_line(int priority, const struct log_event *ev)
{
    static const struct sockaddr_un log = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
    struct buf line;
    int fd;

    buf_init(&line, HEADER_MAX + LOG_LINE_MAX);
    buf_addf(&line, "<%d>pam_iamlp[%ld]: ", LOG_AUTHPRIV | priority, (long)getpid());
    log_format(ev, &line);
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0)
        (void)sendto(fd, buf_str(&line), line.len, MSG_NOSIGNAL, (const struct sockaddr *)&log,
                     sizeof(log));
    fdio_close(fd);
    buf_free(&line);
}

void
note_write(const struct log_event *ev)
{
    send_line(outcome_priority(ev->result), ev);
}

void
note_debug(const struct log_event *ev)
{
    send_line(LOG_DEBUG, ev);
}

#include "cli/listening.h"

#include <linux/magic.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "base/fdio.h"

enum {
    ANSWER_SIZE = 32 * 1024,
    DEV_MINOR_BITS = 20 /* of the kernel's own device numbers */
};

/* Ask for all sockets that listen, and which file each is. */
static int
ask(void)
{
    const struct {
        struct nlmsghdr head;
        struct unix_diag_req body;
    } request = {
        .head = {.nlmsg_len = sizeof(request),
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .body = {.sdiag_family = AF_UNIX,
                 .udiag_states = 1U << TCP_LISTEN,
                 .udiag_show = UDIAG_SHOW_VFS},
    };
    const struct timeval wait = {2, 0};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == 0 &&
        send(fd, &request, sizeof(request), 0) == (ssize_t)sizeof(request))
        return fd;
    fdio_close(fd);
    return -1;
}

/* Is the message of len bytes about that file? The kernel gives the lower half of the inode's
 * number. Read by copies: the macros of the kernel's headers cast to what is not aligned. */
static bool
is_file(const char *message, size_t len, const struct stat *st)
{
    unsigned dev = major(st->st_dev) << DEV_MINOR_BITS | minor(st->st_dev);
    struct unix_diag_vfs vfs;
    struct rtattr a;

    for (size_t at = sizeof(struct unix_diag_msg); at + sizeof(a) <= len;) {
        memcpy(&a, message + at, sizeof(a));
        if (a.rta_len < sizeof(a) || a.rta_len > len - at)
            return false;
        if (a.rta_type == UNIX_DIAG_VFS && a.rta_len >= sizeof(a) + sizeof(vfs)) {
            memcpy(&vfs, message + at + sizeof(a), sizeof(vfs));
            return vfs.udiag_vfs_ino == (__u32)st->st_ino && vfs.udiag_vfs_dev == dev;
        }
        at += RTA_ALIGN(a.rta_len);
    }
    return false;
}

/* 1, 0; -1: the kernel has no such list. */
static int
search(int fd, const struct stat *st)
{
    char answer[ANSWER_SIZE];
    struct nlmsghdr h;

    for (;;) {
        ssize_t n = recv(fd, answer, sizeof(answer), 0);
        size_t len = n > 0 ? (size_t)n : 0;

        if (n <= 0)
            return -1;
        for (size_t at = 0; at + sizeof(h) <= len; at += NLMSG_ALIGN(h.nlmsg_len)) {
            memcpy(&h, answer + at, sizeof(h));
            if (h.nlmsg_type == NLMSG_DONE)
                return 0;
            if (h.nlmsg_type == NLMSG_ERROR || h.nlmsg_len < sizeof(h) || h.nlmsg_len > len - at)
                return -1;
            if (is_file(answer + at + sizeof(h), h.nlmsg_len - sizeof(h), st))
                return 1;
        }
    }
}

/* By that name, or by the one that iamlp-helper binds and then renames. */
static bool
is_named(const char *path)
{
    const unsigned long accepting = 0x10000; /* __SO_ACCEPTCON of the kernel's net.h */
    const size_t len = strlen(path);
    FILE *f = fopen("/proc/net/unix", "re");
    char line[512];
    bool found = false;

    while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL) {
        unsigned long flags = 0;
        int at = 0;

        line[strcspn(line, "\n")] = '\0';
        found = sscanf(line, "%*s %*s %*s %lx %*s %*s %*s %n", &flags, &at) == 1 && at > 0 &&
                (flags & accepting) != 0 && strncmp(line + at, path, len) == 0 &&
                (line[(size_t)at + len] == '\0' || strcmp(line + at + len, ".new") == 0);
    }
    if (f != NULL)
        (void)fclose(f);
    return found;
}

/* An overlay, such as a container's root, tells stat(2) other numbers than it has itself. */
static bool
is_numbered(const char *path)
{
    struct statfs fs;

    return statfs(path, &fs) == 0 && fs.f_type != OVERLAYFS_SUPER_MAGIC;
}

bool
listening_at(const char *path)
{
    struct stat st;
    int fd = -1, found = 0;

    if (stat(path, &st) == 0 && S_ISSOCK(st.st_mode)) {
        fd = is_numbered(path) ? ask() : -1;
        found = fd >= 0 ? search(fd, &st) : -1;
        if (found < 0)
            found = is_named(path);
    }
    fdio_close(fd);
    return found > 0;
}

/*
 * iamlp-net: talks to AWS for iamlp-helper, and can do nothing else.
 *
 * Started by iamlp-helper as the system user iamlp with one socket as descriptor 0
 * (helper/netproc.h says how); lives for one story.
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/proc.h"
#include "net/refuse.h"
#include "net/sandbox.h"
#include "net/serve.h"

int
main(void)
{
    struct err e = ERR_INIT;
    int type = 0;
    socklen_t len = sizeof(type);

    proc_begin();
    if (geteuid() == 0 || getuid() == 0 ||
        getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &len) != 0) {
        (void)fputs("iamlp-net is started by iamlp-helper, not by hand and never as root\n",
                    stderr);
        return 2;
    }
    if (sandbox_enter(&e) != 0)
        return refuse_start(STDIN_FILENO, &clock_system, &e) == 0 ? 0 : 1;
    return serve_run(STDIN_FILENO, &clock_system) == 0 ? 0 : 1;
}

/*
 * What iamlp-helper, which is root, makes of a client that anybody may be: a script of its
 * frames, read in the order of a claim and then of `iamlp provision`.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/client.h"
#include "fuzz.h"
#include "script.h"

static void
tell(struct client *c)
{
    const struct client_report report = {
        OUTCOME_PENDING, "would be made", "alice", "123456789012", "pending", 2, false};

    client_fact(c, "user", "alice");
    client_finding(c, WIRE_LEVEL_WARN, "files", NULL, "is old; make it anew");
    client_report(c, &report);
    client_end(c, OUTCOME_OK, NULL);
}

static void
claim(struct client *c)
{
    struct err e = ERR_INIT;
    enum wire_choice choice = WIRE_CHOICE_NO;
    struct secret *password = NULL, *chosen = NULL;
    struct client_shown shown = {.signin_url = "https://example.com/console", .iam_user = "alice"};
    bool automatic = false;

    if (client_claim(c, &automatic, &e) != 0 ||
        client_greet(c, automatic ? WIRE_MODE_HINT : WIRE_MODE_ASK, "hello", &e) != 0 ||
        client_ask(c, "alice", "alice", "", "A password is ready.", &choice, &e) != 0)
        goto out;
    FUZZ_HOLDS(choice <= WIRE_CHOICE_LATER);
    chosen = client_choose(c, "too short", &e);
    if (chosen == NULL)
        goto out;
    FUZZ_HOLDS(secret_len(chosen) < WIRE_PERSON_MAX);
    password = secret_from("wJalrXUtnFEMI", 13, NULL);
    shown.password = password;
    if (client_show(c, &shown, &e) != 0 && e.code != ERR_DENIED)
        goto out;
    if (e.code == ERR_DENIED)
        fuzz_failed(&e);
    e.code = ERR_OK;
    tell(c);
out:
    if (e.code != ERR_OK)
        fuzz_failed(&e);
    secret_free(password);
    secret_free(chosen);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);
    int fds[2] = {-1, -1};
    struct client c = {-1, &fuzz_clock};

    script_socket(text, size, WIRE_PERSON_MAX, fds);
    c.fd = fds[1];
    claim(&c);
    (void)close(fds[0]);
    (void)close(fds[1]);
    free(text);
    return 0;
}

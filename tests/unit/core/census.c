/* Everybody at once (CENSUS-1), or the word that it is not everybody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../nth.h"
#include "core/census.h"
#include "wire/frame.h"

#define TOO_LITTLE "out of memory; not everybody could be looked at"

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *
__wrap_calloc(size_t n, size_t size)
{
    return nth_fails() ? NULL : __real_calloc(n, size);
}

/* Take it with the n-th allocation failing; `text`: the first finding. */
static enum wire_level
take(int n, char *text, size_t size)
{
    static const char people[] = "[users]\nnobody-has-this-name = Nobody\n";
    struct err e = ERR_INIT;
    struct conf *conf = conf_parse("/f", people, strlen(people), &e);
    struct client client = {.clock = &clock_system};
    const struct story_world w = {.conf = conf, .client = &client};
    struct census c;
    struct frame f = {0};
    enum wire_level level;
    int sv[2];

    assert_non_null(conf);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
    client.fd = sv[0];
    nth_left = n;
    census_take(&w, &c);
    assert_true(nth_came());
    assert_int_equal(c.count, 0);
    census_free(&c);
    (void)close(sv[0]);
    assert_int_equal(
        frame_recv(&f, sv[1], WIRE_PERSON_MAX, &clock_system, clock_system.mono_ms() + 60000, &e),
        0);
    assert_int_equal(f.type, WIRE_FACT);
    assert_true(frame_get_text(&f, WIRE_F_TEXT, text, size));
    level = (enum wire_level)frame_get_number(&f, WIRE_F_LEVEL, WIRE_LEVEL_OK, WIRE_LEVEL_FAIL,
                                              WIRE_LEVEL_OK);
    frame_free(&f);
    (void)close(sv[1]);
    conf_free(conf);
    return level;
}

/* The names, and the people. */
static void
without_memory_it_is_not_everybody(void **state)
{
    char text[ERR_MSG_MAX];

    (void)state;
    for (int n = 1; n <= 2; n++) {
        assert_int_equal(take(n, text, sizeof(text)), WIRE_LEVEL_WARN);
        assert_string_equal(text, TOO_LITTLE);
    }
    assert_int_equal(take(0, text, sizeof(text)), WIRE_LEVEL_NOTE);
    assert_string_equal(text, "1 of 1 names in [users] are no local users: nobody-has-this-name");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_it_is_not_everybody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

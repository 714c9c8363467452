/* A password that there is no room for is not asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "../nth.h"
#include "cli/prompt.h"

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *
__wrap_calloc(size_t n, size_t size)
{
    return nth_fails() ? NULL : __real_calloc(n, size);
}

static void
without_memory_nobody_is_asked(void **state)
{
    (void)state;
    for (int n = 1; n <= 2; n++) {
        struct secret *password = NULL;

        nth_left = n;
        /* No terminal: whoever asked would end here. */
        assert_int_equal(prompt_password(NULL, &password), TERM_EOF);
        assert_true(nth_came());
        assert_null(password);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_nobody_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

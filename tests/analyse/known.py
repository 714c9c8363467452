"""What analysers say that is not so: (tool, file, function, what it calls it): (the versions that
say it, why it is not so)."""

KNOWN = {
    # An element of an array is lost for gcc where its index is not a constant.
    ("gcc", "src/cli/people.c", "add", "analyzer-malloc-leak"): (
        "12 14", "the name is the row's, and people_free frees each row's"),
    ("gcc", "src/cli/people.c", "people_set", "analyzer-malloc-leak"): (
        "12 14", "what the field had is freed unless it is `none`, which was never allocated"),
    ("gcc", "src/cli/stack.c", "append", "analyzer-malloc-leak"): (
        "12", "realloc has taken the old array; stack_free frees the new one"),
    ("gcc", "src/core/census.c", "list_names", "analyzer-malloc-leak"): (
        "12", "census_take frees names[0..count), and a NULL has not been counted"),
    ("gcc", "src/aws/wipe.c", "wipe_realloc", "analyzer-malloc-leak"): (
        "12", "the block begins with a head: wipe_free frees from there"),
    ("gcc", "src/conf/option.c", "release", "analyzer-double-free"): (
        "12 14", "one row of the table has the kind OPTION_TAG, so it is freed once"),
    # What is so because of another variable.
    ("gcc", "src/base/fdio.c", "open_trusted", "analyzer-null-argument"): (
        "12 14", "walk sets `last` wherever it returns a descriptor"),
    ("gcc", "src/cli/crew.c", "begin", "analyzer-null-dereference"): (
        "12 14", "pace_allows has said that fewer are busy than there are workers"),
    ("gcc", "src/conf/value.c", "characters", "analyzer-null-dereference"): (
        "12 14", "value_string sets the field wherever it returns 0"),
    ("gcc", "src/cred/ini.c", "add_section", "analyzer-null-dereference"): (
        "12 14", "reserve allocates at 0 sections, and later there is an array"),
    ("gcc", "src/pam/args.c", "parse_seconds", "analyzer-null-dereference"): (
        "12 14", "only a FLAG has no value, and take has sent the other kinds without one away"),
    ("gcc", "src/pam/args.c", "take", "analyzer-null-dereference"): ("12 14", "the same"),
    ("gcc", "src/pam/args.c", "take", "analyzer-null-argument"): ("12 14", "the same"),
    ("gcc", "src/state/layout.c", "parse_row", "analyzer-use-of-uninitialized-value"): (
        "12", "each case that reads `word` sets it first"),

    ("cppcheck", "src/base/program.c", "split", "ctuuninitvar"): (
        "2.10", "split writes each of the words before it reads one"),
    ("cppcheck", "src/cli/stack.c", "stack_read", "ctuuninitvar"): (
        "2.10", "its first line sets the whole struct"),
    ("cppcheck", "src/core/census.c", "census_take", "ctuuninitvar"): (
        "2.10", "it sets the whole struct before anything reads it"),
}

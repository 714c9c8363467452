# shellcheck shell=sh
# private_dev FOLDER: in this mount namespace /dev becomes FOLDER, with the nodes that
# programs need and the pseudo-terminals given; a socket bound at /dev/log stays inside.
private_dev() {
    mkdir "$1" "$1/pts" "$1/shm"
    for node in null zero full random urandom tty; do
        touch "$1/$node"
        mount --bind "/dev/$node" "$1/$node"
    done
    ln -s pts/ptmx "$1/ptmx"
    ln -s /proc/self/fd "$1/fd"
    ln -s /proc/self/fd/0 "$1/stdin"
    ln -s /proc/self/fd/1 "$1/stdout"
    ln -s /proc/self/fd/2 "$1/stderr"
    mount -t tmpfs -o mode=1777 shm "$1/shm"
}

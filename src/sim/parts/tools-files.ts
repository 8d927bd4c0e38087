/** The tools of images that deal with files, processes and time. */
import { fileToolsSeam } from '../runtime/program-seams.ts';
import * as fileCommands from '../runtime/programs/file-commands.ts';
import { head, tail } from '../runtime/programs/head-tail.ts';
import { find, ls } from '../runtime/programs/ls.ts';
import * as systemCommands from '../runtime/programs/system-commands.ts';
import { programsOf } from '../runtime/programs/utility.ts';

const { basename, cat, chmod, chown, cp, dd, dirname, ln, mkdir, mktemp, mv, readlink } =
  fileCommands;
const { realpath, rm, rmdir, tee, touch } = fileCommands;
const { date, env, hostname, id, mount, nproc, pidof, printenv, ps, sleep, stat } = systemCommands;
const { timeout, tty, uname, which, whoami, xargs } = systemCommands;

fileToolsSeam.fill(
  programsOf({
    basename,
    cat,
    chmod,
    chown,
    cp,
    date,
    dd,
    dirname,
    env,
    find,
    head,
    hostname,
    id,
    ln,
    ls,
    mkdir,
    mktemp,
    mount,
    mv,
    nproc,
    pgrep: pidof,
    pidof,
    pkill: pidof,
    printenv,
    ps,
    readlink,
    realpath,
    rm,
    rmdir,
    sleep,
    stat,
    tail,
    tee,
    timeout,
    touch,
    tty,
    uname,
    which,
    whoami,
    xargs,
  }),
);

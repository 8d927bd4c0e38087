/** The tools of images that deal with text. */
import { textToolsSeam } from '../runtime/program-seams.ts';
import { awk } from '../runtime/programs/awk.ts';
import { grep } from '../runtime/programs/grep.ts';
import { sed } from '../runtime/programs/sed.ts';
import * as textCommands from '../runtime/programs/text-commands.ts';
import { programsOf } from '../runtime/programs/utility.ts';

const { base64, cut, nl, od, rev, seq, sort, tac, tr, uniq, wc, yes } = textCommands;

textToolsSeam.fill(
  programsOf({
    awk,
    base64,
    cut,
    egrep: grep,
    fgrep: grep,
    grep,
    nl,
    od,
    rev,
    sed,
    seq,
    sort,
    tac,
    tr,
    uniq,
    wc,
    yes,
  }),
);

/** The shell, and the commands that it has built in. */
import { shellSeam, shellToolsSeam } from '../runtime/program-seams.ts';
import { expr } from '../runtime/programs/expr.ts';
import { kill, killall } from '../runtime/programs/kill.ts';
import { echo, printf } from '../runtime/programs/output.ts';
import { test } from '../runtime/programs/test.ts';
import { programsOf } from '../runtime/programs/utility.ts';
import { shellProgram } from '../runtime/shell/shell-program.ts';

shellSeam.fill(shellProgram);
shellToolsSeam.fill(
  programsOf({
    '[': (process, args, name) => test(process, args, name, '['),
    '[[': (process, args, name) => test(process, args, name, '[['),
    echo,
    expr,
    false: () => 1,
    kill,
    killall,
    printf,
    pwd(process) {
      process.print(1, `${process.cwd}\n`);
      return 0;
    },
    sync: () => 0,
    test: (process, args, name) => test(process, args, name, 'test'),
    true: () => 0,
  }),
);

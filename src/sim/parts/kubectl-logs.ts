/** kubectl logs and exec. */
import { verbSeams } from '../kubectl/commands.ts';
import { exec } from '../kubectl/verbs/exec.ts';
import { logs } from '../kubectl/verbs/logs.ts';

verbSeams.logs.fill({ exec, logs });

/** kubectl logs and exec, with the way to a container. */
import { verbSeams } from '../kubectl/commands.ts';
import { exec } from '../kubectl/verbs/exec.ts';
import { logs } from '../kubectl/verbs/logs.ts';
import { kubeletAccess } from '../lab/kubelet-access.ts';
import { kubeletAccessSeam } from '../lab/terminal.ts';

kubeletAccessSeam.fill(kubeletAccess);
verbSeams.logs.fill({ exec, logs });

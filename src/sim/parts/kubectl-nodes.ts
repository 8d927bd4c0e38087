/** Commands of kubectl for nodes. */
import { verbSeams } from '../kubectl/commands.ts';
import { cordon, uncordon } from '../kubectl/verbs/cordon.ts';
import { drain } from '../kubectl/verbs/drain.ts';
import { taint } from '../kubectl/verbs/taint.ts';

verbSeams.nodes.fill({ cordon, drain, taint, uncordon });

/** kubectl wait and events. */
import { verbSeams } from '../kubectl/commands.ts';
import { events } from '../kubectl/verbs/events.ts';
import { wait } from '../kubectl/verbs/wait.ts';

verbSeams.wait.fill({ events, wait });

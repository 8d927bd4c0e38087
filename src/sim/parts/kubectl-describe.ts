/** kubectl describe. */
import { verbSeams } from '../kubectl/commands.ts';
import { describe } from '../kubectl/verbs/describe.ts';

verbSeams.describe.fill({ describe });

/** kubectl get. */
import { verbSeams } from '../kubectl/commands.ts';
import { get } from '../kubectl/verbs/get.ts';

verbSeams.get.fill({ get });

/** kubectl delete. */
import { verbSeams } from '../kubectl/commands.ts';
import { deleteVerb } from '../kubectl/verbs/delete.ts';

verbSeams.delete.fill({ delete: deleteVerb });

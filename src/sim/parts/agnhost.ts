/** The image agnhost. */
import { agnhostSeam } from '../runtime/program-seams.ts';
import { agnhost } from '../runtime/programs/agnhost.ts';

agnhostSeam.fill(agnhost);

/** Images whose program is a plain server. */
import { plainServerSeam } from '../runtime/program-seams.ts';
import { plainServer } from '../runtime/programs/plain-server.ts';

plainServerSeam.fill(plainServer);

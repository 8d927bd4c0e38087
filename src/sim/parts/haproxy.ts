/** The image haproxy. */
import { haproxySeam } from '../runtime/program-seams.ts';
import { haproxy } from '../runtime/programs/haproxy.ts';

haproxySeam.fill(haproxy);

/** Clients that make requests from outside. */
import { loadSeam } from '../cluster.ts';
import { LoadClient } from '../network/load.ts';

loadSeam.fill(LoadClient);

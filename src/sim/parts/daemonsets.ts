/** The controller of DaemonSets. */
import { daemonSetsSeam } from '../controllers/asleep.ts';
import { DaemonSetController } from '../controllers/daemonset.ts';

daemonSetsSeam.fill({ 'daemonset-controller': (context) => new DaemonSetController(context) });

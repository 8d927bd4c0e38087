/** The controller of StatefulSets. */
import { statefulSetsSeam } from '../controllers/asleep.ts';
import { StatefulSetController } from '../controllers/statefulset.ts';

statefulSetsSeam.fill({
  'statefulset-controller': (context) => new StatefulSetController(context),
});

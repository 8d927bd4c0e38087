/** The controller of HorizontalPodAutoscalers and the server of the metrics that it reads. */
import { metricsServerSeam } from '../cluster.ts';
import { autoscalingSeam } from '../controllers/asleep.ts';
import { HorizontalController } from '../controllers/podautoscaler.ts';
import { MetricsServer } from '../metrics/metrics-server.ts';

autoscalingSeam.fill({
  'horizontal-pod-autoscaler-controller': (context) => new HorizontalController(context),
});
metricsServerSeam.fill(MetricsServer);

/**
 * The description of a PodDisruptionBudget.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go PodDisruptionBudgetDescriber
 */
import { formatLabelSelector } from '../../api/selector.ts';
import type { PodDisruptionBudget } from '../../api/types.gen.ts';
import type { Describer } from './describer.ts';
import { writeName } from './text.ts';

export const describeDisruptionBudget: Describer<PodDisruptionBudget> = {
  *write(out, budget) {
    const { spec, status = {} } = budget;
    writeName(out, budget);
    if (spec.minAvailable !== undefined) out.line(0, 'Min available:', spec.minAvailable);
    else if (spec.maxUnavailable !== undefined) {
      out.line(0, 'Max unavailable:', spec.maxUnavailable);
    }
    const selector = spec.selector && formatLabelSelector(spec.selector);
    out.line(0, 'Selector:', selector ?? '<unset>');
    out.line(0, 'Status:');
    out.line(2, 'Allowed disruptions:', status.disruptionsAllowed ?? 0);
    out.line(2, 'Current:', status.currentHealthy ?? 0);
    out.line(2, 'Desired:', status.desiredHealthy ?? 0);
    out.line(2, 'Total:', status.expectedPods ?? 0);
  },
};

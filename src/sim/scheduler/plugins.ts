/**
 * The plugins of the default profile, in the order in which they are asked.
 *
 * Upstream: pkg/scheduler/apis/config/v1/default_plugins.go
 * Docs: /docs/reference/scheduling/config/#scheduling-plugins
 * Simplified: no plugins for devices, for limits of volumes and for zones of volumes; profiles cannot be configured.
 */
import type { FilterPlugin, QueueingHints, ScorePlugin } from './framework.ts';
import { defaultPreemptionHints } from './plugins/defaultpreemption.ts';
import { imageLocality } from './plugins/imagelocality.ts';
import { interPodAffinity } from './plugins/interpodaffinity.ts';
import { nodeAffinity } from './plugins/nodeaffinity.ts';
import { nodeName } from './plugins/nodename.ts';
import { nodePorts } from './plugins/nodeports.ts';
import { nodeResourcesBalancedAllocation, nodeResourcesFit } from './plugins/noderesources.ts';
import { nodeUnschedulable } from './plugins/nodeunschedulable.ts';
import { podTopologySpread } from './plugins/podtopologyspread.ts';
import { schedulingGates } from './plugins/schedulinggates.ts';
import { taintToleration } from './plugins/tainttoleration.ts';
import { volumeBinding } from './plugins/volumebinding.ts';

/** Filters, in order: the first that rejects a node is the one that counts. */
export const filterPlugins: readonly FilterPlugin[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeBinding,
  podTopologySpread,
  interPodAffinity,
];

/** Plugins that score, in the order of their display. */
export const scorePlugins: readonly ScorePlugin[] = [
  taintToleration,
  nodeAffinity,
  nodeResourcesFit,
  podTopologySpread,
  interPodAffinity,
  nodeResourcesBalancedAllocation,
  imageLocality,
];

const hinting: readonly QueueingHints[] = [
  schedulingGates,
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeBinding,
  podTopologySpread,
  interPodAffinity,
  defaultPreemptionHints,
];

/** Queueing hints by plugin name. */
export const queueingHints: ReadonlyMap<string, QueueingHints> = new Map(
  hinting.map((plugin) => [plugin.name, plugin]),
);

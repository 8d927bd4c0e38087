/**
 * The controllers of kube-controller-manager: name and constructor. Read by `cluster.ts` only.
 *
 * Each is given a client of its own with the limits below, as upstream's client builder makes one per controller:
 * their requests and their Events share that limit, and one busy controller does not slow down another.
 *
 * Upstream: cmd/kube-controller-manager/names/controller_names.go; app/controller_descriptor.go
 * Docs: /docs/reference/command-line-tools-reference/kube-controller-manager/
 */
import { getPodCondition } from '../api/pod.ts';
import type { ComponentContext } from '../client/component.ts';
import type { RateLimit } from '../client/rate-limiter.ts';
import {
  any,
  asleep,
  autoscalingSeam,
  daemonSetsSeam,
  endpointsSeam,
  jobsSeam,
  otherControllersSeam,
  statefulSetsSeam,
  storageSeam,
} from './asleep.ts';
import { DeploymentController } from './deployment.ts';
import { NodeLifecycleController } from './nodelifecycle.ts';
import { EndpointSliceController } from './endpointslice.ts';
import { GarbageCollector } from './garbagecollector.ts';
import { NamespaceController } from './namespace.ts';
import { PodGCController } from './podgc.ts';
import { ReplicaSetController } from './replicaset.ts';
import { ReplicationManager } from './replication.ts';
import { RootCACertificatePublisher } from './root-ca-certificate-publisher.ts';
import { ServiceAccountsController } from './serviceaccount.ts';
import { TaintEvictionController } from './tainteviction.ts';

/** One controller. */
export interface ControllerDescriptor {
  /** Its name as `--controllers` has it. */
  readonly name: string;
  /** The component that its Events name as their source. */
  readonly eventSource: string;
  /** The limit of its client. */
  readonly rateLimit: RateLimit;
  readonly create: (context: ComponentContext) => { start(): void };
}

/** Requests per second of a controller's client. Upstream: --kube-api-qps, --kube-api-burst */
export const controllerRateLimit: RateLimit = { qps: 20, burst: 30 };
/** The garbage collector may ask twice as often. Upstream: startGarbageCollectorController */
const garbageCollectorRateLimit: RateLimit = { qps: 40, burst: 30 };
/** Emptying a namespace takes many requests. Upstream: startNamespaceController */
const namespaceRateLimit: RateLimit = { qps: 400, burst: 3000 };

/** Every controller, in the order in which they start. */
export const controllers: readonly ControllerDescriptor[] = [
  {
    name: 'serviceaccount-controller',
    eventSource: 'serviceaccount-controller',
    rateLimit: controllerRateLimit,
    create: (context) => new ServiceAccountsController(context),
  },
  {
    name: 'root-ca-certificate-publisher-controller',
    eventSource: 'root-ca-certificate-publisher-controller',
    rateLimit: controllerRateLimit,
    create: (context) => new RootCACertificatePublisher(context),
  },
  {
    name: 'endpointslice-controller',
    eventSource: 'endpoint-slice-controller',
    rateLimit: controllerRateLimit,
    create: (context) => new EndpointSliceController(context),
  },
  {
    name: 'replicationcontroller-controller',
    eventSource: 'replication-controller',
    rateLimit: controllerRateLimit,
    create: (context) => new ReplicationManager(context),
  },
  {
    name: 'resourcequota-controller',
    eventSource: 'resourcequota-controller',
    rateLimit: controllerRateLimit,
    create: asleep('resourcequota-controller', {
      seam: otherControllersSeam,
      caches: ['ResourceQuota'],
      concerns: { ResourceQuota: any },
    }),
  },
  {
    name: 'namespace-controller',
    eventSource: 'namespace-controller',
    rateLimit: namespaceRateLimit,
    create: (context) => new NamespaceController(context),
  },
  {
    name: 'garbage-collector-controller',
    eventSource: 'garbage-collector-controller',
    rateLimit: garbageCollectorRateLimit,
    create: (context) => new GarbageCollector(context),
  },
  {
    name: 'endpoints-controller',
    eventSource: 'endpoint-controller',
    rateLimit: controllerRateLimit,
    create: asleep('endpoints-controller', {
      seam: endpointsSeam,
      caches: ['Service', 'Pod', 'Endpoints'],
      concerns: {
        Service: ({ spec }) => spec?.selector !== undefined && spec.type !== 'ExternalName',
        Endpoints: any,
      },
    }),
  },
  {
    name: 'job-controller',
    eventSource: 'job-controller',
    rateLimit: controllerRateLimit,
    create: asleep('job-controller', {
      seam: jobsSeam,
      caches: ['Job', 'Pod'],
      concerns: {
        Job: any,
        Pod: ({ metadata }) =>
          metadata.finalizers?.some((each) => each.startsWith('batch.kubernetes.io/')) === true,
      },
    }),
  },
  {
    name: 'daemonset-controller',
    eventSource: 'daemonset-controller',
    rateLimit: controllerRateLimit,
    create: asleep('daemonset-controller', {
      seam: daemonSetsSeam,
      caches: ['DaemonSet', 'Pod', 'Node', 'ControllerRevision'],
      concerns: { DaemonSet: any },
    }),
  },
  {
    name: 'deployment-controller',
    eventSource: 'deployment-controller',
    rateLimit: controllerRateLimit,
    create: (context) => new DeploymentController(context),
  },
  {
    name: 'replicaset-controller',
    eventSource: 'replicaset-controller',
    rateLimit: controllerRateLimit,
    create: (context) => new ReplicaSetController(context),
  },
  {
    name: 'horizontal-pod-autoscaler-controller',
    eventSource: 'horizontal-pod-autoscaler',
    rateLimit: controllerRateLimit,
    create: asleep('horizontal-pod-autoscaler-controller', {
      seam: autoscalingSeam,
      caches: ['HorizontalPodAutoscaler', 'Pod'],
      concerns: { HorizontalPodAutoscaler: any },
    }),
  },
  {
    name: 'disruption-controller',
    eventSource: 'controllermanager',
    rateLimit: controllerRateLimit,
    create: asleep('disruption-controller', {
      seam: otherControllersSeam,
      caches: [
        'PodDisruptionBudget',
        'Pod',
        'ReplicationController',
        'Deployment',
        'ReplicaSet',
        'StatefulSet',
      ],
      concerns: {
        PodDisruptionBudget: any,
        Pod: (pod) => getPodCondition(pod.status, 'DisruptionTarget') !== undefined,
      },
    }),
  },
  {
    name: 'statefulset-controller',
    eventSource: 'statefulset-controller',
    rateLimit: controllerRateLimit,
    create: asleep('statefulset-controller', {
      seam: statefulSetsSeam,
      caches: ['StatefulSet', 'Pod', 'PersistentVolumeClaim', 'ControllerRevision'],
      concerns: { StatefulSet: any },
    }),
  },
  {
    name: 'cronjob-controller',
    eventSource: 'cronjob-controller',
    rateLimit: controllerRateLimit,
    create: asleep('cronjob-controller', {
      seam: jobsSeam,
      caches: ['CronJob', 'Job'],
      concerns: { CronJob: any },
    }),
  },
  {
    name: 'ttl-after-finished-controller',
    eventSource: 'ttl-after-finished-controller',
    rateLimit: controllerRateLimit,
    create: asleep('ttl-after-finished-controller', {
      seam: jobsSeam,
      caches: ['Job'],
      concerns: { Job: any },
    }),
  },
  {
    name: 'node-lifecycle-controller',
    eventSource: 'node-controller',
    rateLimit: controllerRateLimit,
    create: (context) => new NodeLifecycleController(context),
  },
  {
    name: 'taint-eviction-controller',
    eventSource: 'taint-eviction-controller',
    rateLimit: controllerRateLimit,
    create: (context) => new TaintEvictionController(context),
  },
  {
    name: 'pod-garbage-collector-controller',
    eventSource: 'pod-garbage-collector-controller',
    rateLimit: controllerRateLimit,
    create: (context) => new PodGCController(context),
  },
  {
    name: 'persistentvolume-binder-controller',
    eventSource: 'persistentvolume-controller',
    rateLimit: controllerRateLimit,
    create: asleep('persistentvolume-binder-controller', {
      seam: storageSeam,
      caches: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass', 'Pod'],
      concerns: { PersistentVolumeClaim: any, PersistentVolume: any },
    }),
  },
  {
    name: 'persistentvolumeclaim-protection-controller',
    eventSource: 'persistentvolumeclaim-protection-controller',
    rateLimit: controllerRateLimit,
    create: asleep('persistentvolumeclaim-protection-controller', {
      seam: storageSeam,
      caches: ['PersistentVolumeClaim', 'Pod'],
      concerns: { PersistentVolumeClaim: any },
    }),
  },
  {
    name: 'persistentvolume-protection-controller',
    eventSource: 'persistentvolume-protection-controller',
    rateLimit: controllerRateLimit,
    create: asleep('persistentvolume-protection-controller', {
      seam: storageSeam,
      caches: ['PersistentVolume'],
      concerns: { PersistentVolume: any },
    }),
  },
];

/** What runs beside kube-controller-manager, as a Deployment of its own in real clusters. */
export const addons: readonly ControllerDescriptor[] = [
  {
    name: 'local-path-provisioner',
    eventSource: 'rancher.io/local-path',
    rateLimit: controllerRateLimit,
    create: asleep('local-path-provisioner', {
      seam: storageSeam,
      caches: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass'],
      concerns: { PersistentVolumeClaim: any, PersistentVolume: any },
    }),
  },
];

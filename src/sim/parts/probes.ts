/** Probes of containers. */
import { probeWorkerSeam } from '../kubelet/probe-manager.ts';
import { ProbeWorker } from '../kubelet/probe-worker.ts';

probeWorkerSeam.fill(ProbeWorker);

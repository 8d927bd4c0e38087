/** Jobs and CronJobs: their rules and their controllers. */
import { cronJobRules, jobRules } from '../apiserver/validation/batch.ts';
import { rulesOf } from '../apiserver/validation/kind-rules.ts';
import { jobRulesSeam } from '../apiserver/validation/validation.ts';
import { jobsSeam } from '../controllers/asleep.ts';
import { CronJobController } from '../controllers/cronjob.ts';
import { JobController } from '../controllers/job.ts';
import { TTLAfterFinishedController } from '../controllers/ttlafterfinished.ts';

jobRulesSeam.fill({ CronJob: rulesOf(cronJobRules), Job: rulesOf(jobRules) });
jobsSeam.fill({
  'cronjob-controller': (context) => new CronJobController(context),
  'job-controller': (context) => new JobController(context),
  'ttl-after-finished-controller': (context) => new TTLAfterFinishedController(context),
});

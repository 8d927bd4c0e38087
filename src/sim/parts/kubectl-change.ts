/** Commands of kubectl that change objects one by one. */
import { verbSeams } from '../kubectl/commands.ts';
import { annotate } from '../kubectl/verbs/annotate.ts';
import { autoscale } from '../kubectl/verbs/autoscale.ts';
import { create } from '../kubectl/verbs/create/create.ts';
import { expose } from '../kubectl/verbs/expose.ts';
import { label } from '../kubectl/verbs/label.ts';
import { patch } from '../kubectl/verbs/patch.ts';
import { replace } from '../kubectl/verbs/replace.ts';
import { rollout } from '../kubectl/verbs/rollout/rollout.ts';
import { run } from '../kubectl/verbs/run.ts';
import { scale } from '../kubectl/verbs/scale.ts';
import { set } from '../kubectl/verbs/set/set.ts';

verbSeams.change.fill({
  annotate,
  autoscale,
  create,
  expose,
  label,
  patch,
  replace,
  rollout,
  run,
  scale,
  set,
});

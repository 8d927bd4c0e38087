/** The language of conditions. */
import { Expressions } from '../lab/expressions.ts';
import { conditionsSeam } from '../lab/run.ts';

conditionsSeam.fill((history) => new Expressions(history));

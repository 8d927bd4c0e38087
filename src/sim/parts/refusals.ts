/** How values are printed in refusals. */
import { internalDiff, internalForm } from '../apiserver/validation/go-form.ts';
import { internalFormsSeam } from '../apiserver/validation/internal-form.ts';

internalFormsSeam.fill({ form: internalForm, diff: internalDiff });

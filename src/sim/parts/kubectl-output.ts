/** Objects as kubectl -o prints them, beside tables and names. */
import { outputForms } from '../kubectl/output-format.ts';
import { allOutputForms } from '../kubectl/output-forms.ts';

outputForms.fill(allOutputForms);

/** Highlights code with the site's own theme, at build time, to markup without inline styles. */
import { codeToHtml } from 'shiki';
import { classTransformer, codeTheme } from '../code-theme.ts';

/** Returns a `<pre class="code">` block. The language must be one that Shiki knows. */
export function highlight(code: string, lang: string): Promise<string> {
  return codeToHtml(code.replace(/\n$/, ''), {
    lang,
    theme: codeTheme,
    transformers: [classTransformer],
  });
}

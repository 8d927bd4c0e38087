/** Markup that a view has written: the built page's own until the worker sends other. */
import type { ComponentChildren, VNode } from 'preact';

interface MarkupProps {
  readonly class: string;
  /** Undefined while the built page's own markup stands. */
  readonly html: string | undefined;
  readonly children?: ComponentChildren;
}

export function Markup({ class: name, html, children }: MarkupProps): VNode {
  if (html === undefined) {
    return (
      <div key="built" class={name}>
        {children}
      </div>
    );
  }
  return <div key="live" class={name} dangerouslySetInnerHTML={{ __html: html }} />;
}

/** What a chapter's page tells the components inside its text. */
declare namespace App {
  interface Locals {
    chapter?: import('./site/prose/chapter-context.ts').ChapterContext;
  }
}

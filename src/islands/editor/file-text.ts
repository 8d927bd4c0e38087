/** Texts of files as they are shown: the line end at the very end, which every manifest has, makes no empty line. */

/** Returns the text without its last line end. */
export function shown(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/** Returns the file's text for what is shown: the original itself when nothing differs from it. */
export function written(shownText: string, original: string): string {
  return shownText === shown(original) ? original : `${shownText}\n`;
}

/** Widths of a picture in px for which words are placed: a page's and a phone's. A style switches between the two. */
export const wideWidthPx = 780;
export const narrowWidthPx = 226;

/** A cell of a Markdown table: no line breaks, no bars, no markup of whoever wrote the values. */
export const cell = (text: string): string =>
  text
    .replaceAll(/[\\`*_{}[\]<>|#]/g, String.raw`\$&`)
    .replaceAll('\n', ' ')
    .replaceAll('@', '@\u200b');

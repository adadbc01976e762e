/**
 * PostgreSQL's array literals of whole columns (documentation, 8.15.2): one text for thousands of values, where the
 * driver would make several for each.
 */

/** What a literal has to quote: delimiters, quotes, spaces at the ends, and the words for nothing. */
const plain = /^[\w.:/@+-]+$/;

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** Numbers, bigints; null becomes NULL. */
export const numberArray = (values: readonly (number | bigint | string | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`;

/** Any text. */
export const textArray = (values: readonly string[]): string =>
  `{${values.map((value) => (plain.test(value) && value.toUpperCase() !== 'NULL' ? value : quoted(value))).join(',')}}`;

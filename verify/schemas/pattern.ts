/**
 * Patterns of CRDs are RE2 (https://github.com/google/re2/wiki/Syntax). Where RE2 says `(?i)` for the rest of a group,
 * ECMAScript 2025 has a group with a modifier, `(?i:…)`; everything else in use reads the same in both.
 */

interface Scan {
  out: string;
  /** For each open group: how many modifier groups were opened inside and end with it. */
  opened: number[];
  inClass: boolean;
}

const INLINE_FLAGS = /^\(\?([ims]+)\)/;

function bracket(scan: Scan, character: string): void {
  const depth = scan.opened.length - 1;
  if (character === '(') scan.opened.push(0);
  if (character === ')' && depth > 0) scan.out += ')'.repeat(scan.opened.pop() ?? 0);
  scan.out += character;
}

/** Copies one element of the pattern from `rest` and returns how many characters it took. */
function copyElement(scan: Scan, rest: string): number {
  const character = rest.charAt(0);
  if (character === '\\') {
    scan.out += rest.slice(0, 2);
    return 2;
  }
  if (scan.inClass || character === '[') {
    scan.inClass = character !== ']';
    scan.out += character;
    return 1;
  }
  const flags = INLINE_FLAGS.exec(rest);
  if (flags) {
    scan.out += `(?${flags[1]}:`;
    const depth = scan.opened.length - 1;
    scan.opened[depth] = (scan.opened[depth] ?? 0) + 1;
    return flags[0].length;
  }
  bracket(scan, character);
  return 1;
}

/** An RE2 pattern in ECMAScript's syntax. */
export function toEcmaScript(pattern: string): string {
  const scan: Scan = { out: '', opened: [0], inClass: false };
  for (let position = 0; position < pattern.length; ) position += copyElement(scan, pattern.slice(position));
  return scan.out + ')'.repeat(scan.opened[0] ?? 0);
}

/** The pattern as ECMAScript, or nothing where no reading of it compiles. */
export function compilablePattern(pattern: string): string | undefined {
  const converted = toEcmaScript(pattern);
  try {
    new RegExp(converted, 'u');
    return converted;
  } catch {
    return undefined;
  }
}

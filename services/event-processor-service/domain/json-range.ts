const QUOTE = 34;
const OPEN = 123;
const CLOSE = 125;
const FIELD = '"properties":';

/** The place behind the object that begins at `at`, in JSON without escapes; -1 when it has no end. */
function endOfObject(json: string, at: number): number {
  let depth = 0;
  for (let place = at; place < json.length; place += 1) {
    const code = json.charCodeAt(place);
    if (code === QUOTE) {
      place = json.indexOf('"', place + 1);
      if (place < 0) return -1;
    } else if (code === OPEN) depth += 1;
    else if (code === CLOSE) {
      depth -= 1;
      if (depth === 0) return place + 1;
    }
  }
  return -1;
}

/** Where a part of a JSON text stands, in characters. */
export interface JsonRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Where the value of the envelope's `properties` stands, so that it can be copied as it came. The envelope has no other
 * member with one inside it, so the first field of the name is the one. Undefined where that is not certain without a
 * parser: the text has an escape, white space before the value, or the field twice.
 */
export function propertiesRange(json: string): JsonRange | undefined {
  const field = json.indexOf(FIELD);
  const from = field + FIELD.length;
  if (field < 0 || json.charCodeAt(from) !== OPEN || json.includes('\\')) return undefined;
  const to = endOfObject(json, from);
  return to < 0 || json.includes(FIELD, to) ? undefined : { from, to };
}

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN = new Set([91, 123]);
const CLOSE = new Set([93, 125]);

/** The place after the string that begins at `at`. */
function endOfString(json: string, at: number): number {
  let place = at + 1;
  while (json.charCodeAt(place) !== QUOTE) place += json.charCodeAt(place) === BACKSLASH ? 2 : 1;
  return place + 1;
}

/**
 * The texts of the members of the object or list that begins at `at`, as they stand between its commas, and the place
 * after it. Only for JSON that `JSON.parse` accepted.
 */
function membersAt(json: string, at: number): { readonly members: readonly string[]; readonly end: number } {
  const members: string[] = [];
  let depth = 0;
  let from = at + 1;
  for (let place = at; place < json.length; ) {
    const code = json.charCodeAt(place);
    if (code === QUOTE) {
      place = endOfString(json, place);
      continue;
    }
    if (OPEN.has(code)) depth += 1;
    else if (CLOSE.has(code)) depth -= 1;
    if (depth === 0 || (depth === 1 && code === COMMA)) {
      members.push(json.slice(from, place).trim());
      from = place + 1;
    }
    if (depth === 0) return { members: members.filter((member) => member !== ''), end: place + 1 };
    place += 1;
  }
  return { members, end: json.length };
}

function memberNamed(json: string, name: string): string | undefined {
  const start = json.search(/\S/);
  const named = membersAt(json, start).members.filter((member) => {
    return JSON.parse(member.slice(0, endOfString(member, 0))) === name;
  });
  // As JSON.parse does: the last one of a name counts.
  return named.at(-1)?.replace(/^"(?:[^"\\]|\\.)*"\s*:\s*/, '');
}

/**
 * The events of a body exactly as they were sent, in order: of a list, of the list under a property, or the one event
 * that the body is. Only for JSON that `JSON.parse` accepted; it scans the body once more, so it is for refusals only.
 */
export function originalsOf(json: string, listProperty?: string): readonly string[] {
  const list = listProperty === undefined ? json : (memberNamed(json, listProperty) ?? '');
  const start = list.search(/\S/);
  return list[start] === '[' ? membersAt(list, start).members : [json];
}

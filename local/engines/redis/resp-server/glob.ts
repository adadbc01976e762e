/**
 * Redis patterns: `*` any run, `?` one character, `[abc]` `[a-z]` `[^a]` one of a class, `\` takes the next literally.
 * Only the last star is ever taken back, so no pattern costs more than pattern × text.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  if (pattern === '*') return () => true;
  const tokens = tokenize(pattern);
  return (text) => matches(tokens, text);
}

type Token = 'star' | ((character: string) => boolean);

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; ) {
    const character = pattern[at] ?? '';
    if (character === '[') {
      const end = classEnd(pattern, at);
      tokens.push(characterClass(pattern.slice(at + 1, end)));
      at = end + 1;
    } else if (character === '\\' && at + 1 < pattern.length) {
      tokens.push(literal(pattern[at + 1] ?? ''));
      at += 2;
    } else {
      tokens.push(simpleToken(character));
      at += 1;
    }
  }
  return tokens;
}

function simpleToken(character: string): Token {
  if (character === '*') return 'star';
  return character === '?' ? () => true : literal(character);
}

function literal(wanted: string): Token {
  return (character) => character === wanted;
}

/** An unclosed class goes on to the end of the pattern. */
function classEnd(pattern: string, start: number): number {
  for (let at = start + 1; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1;
    else if (pattern[at] === ']') return at;
  }
  return pattern.length;
}

function characterClass(body: string): Token {
  const negated = body.startsWith('^');
  const ranges: [string, string][] = [];
  for (let at = negated ? 1 : 0; at < body.length; at += 1) {
    if (body[at] === '\\' && at + 1 < body.length) at += 1;
    const from = body[at] ?? '';
    const isRange = body[at + 1] === '-' && at + 2 < body.length;
    const to = isRange ? (body[at + 2] ?? '') : from;
    if (isRange) at += 2;
    ranges.push(from <= to ? [from, to] : [to, from]);
  }
  return (character) => ranges.some(([from, to]) => character >= from && character <= to) !== negated;
}

function matches(tokens: readonly Token[], text: string): boolean {
  let token = 0;
  let at = 0;
  let afterStar = -1;
  let retryAt = 0;
  while (at < text.length) {
    const current = tokens[token];
    if (current === 'star') {
      afterStar = ++token;
      retryAt = at;
    } else if (current?.(text[at] ?? '')) {
      token += 1;
      at += 1;
    } else if (afterStar !== -1) {
      token = afterStar;
      at = ++retryAt;
    } else {
      return false;
    }
  }
  while (tokens[token] === 'star') token += 1;
  return token === tokens.length;
}

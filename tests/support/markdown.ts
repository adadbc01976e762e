/** Commands in fenced blocks and code spans of a page: `npm run synth`, `npm run gm -- verify`, `npx gamemetrics up`. */
export interface PageCommands {
  readonly scripts: readonly string[];
  readonly commands: readonly string[];
}

const SCRIPT = /\bnpm (?:run(?: --silent)? (?<run>[\w:-]+)|(?<direct>start|test))/g;
const COMMAND = /(?:npm run gm -- |npx gamemetrics |(?<![\w-])gm )(?<command>[a-z][\w-]*)/g;
const CODE = /```[\s\S]*?```|`[^`\n]+`/g;

const named = (text: string, pattern: RegExp, groups: readonly string[]): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].flatMap((match) => groups.flatMap((group) => match.groups?.[group] ?? []))),
];

/** What a reader could type after reading a page. */
export function commandsIn(page: string): PageCommands {
  const code = [...page.matchAll(CODE)].map(([text]) => text).join('\n');
  return { scripts: named(code, SCRIPT, ['run', 'direct']), commands: named(code, COMMAND, ['command']) };
}

/** Files that a page links to, without anchors and addresses of the web. */
export const linksIn = (page: string): readonly string[] =>
  [...page.matchAll(/\]\((?<target>[^)#\s]+)(?:#[^)]*)?\)/g)]
    .map((match) => match.groups?.target ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));

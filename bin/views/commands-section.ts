import { commands } from '../commands/index.ts';

const BEGIN = '<!-- commands -->';
const END = '<!-- /commands -->';

/** A Markdown text with the table of commands between its two marks. */
export function commandsSection(text: string): string {
  const rows = commands.map(({ name, summary }) => `| \`${name}\` | ${summary} |`);
  const table = ['| command | what it does |', '|---|---|', ...rows].join('\n');
  const [before, after] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`The README has no ${BEGIN} … ${END}.`);
  return `${text.slice(0, before)}${BEGIN}\n${table}\n${text.slice(after)}`;
}

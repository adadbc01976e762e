import type { Letter, LetterDetail, Replayed } from '../dlq/client.ts';
import { table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

const COLUMNS = ['ID', 'FAILED AT', 'STATUS', 'REASON', 'GAME', 'TYPE'].map((title) => ({ title }));

export function lettersView(letters: readonly Letter[], { colours }: Terminal): string {
  if (letters.length === 0) return 'No dead letter fits.';
  const rows = letters.map((letter) => [
    letter.dead_letter_id,
    letter.failed_at,
    letter.has_fix && letter.status === 'open' ? 'open, fixed' : letter.status,
    letter.reason,
    letter.game_id ?? colours.dim('none'),
    letter.event_type ?? colours.dim('unknown'),
  ]);
  return table(COLUMNS, rows);
}

/** The bytes as text where they are, indented where they are JSON. */
function contentOf({ original_text: text, original }: LetterDetail): string {
  if (text === undefined) return `${original}\n(base64: the bytes are no text)`;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function letterView(letter: LetterDetail, { colours }: Terminal): string {
  const { original_topic: topic, original_partition: partition, original_offset: offset } = letter;
  const facts = [
    ['id', letter.dead_letter_id],
    ['status', letter.replays > 0 ? `${letter.status} (replayed ${letter.replays} times)` : letter.status],
    ['failed', `${letter.failed_at} in ${letter.service}`],
    ['reason', letter.reason],
    ['detail', letter.path ? `${letter.detail} (at ${letter.path})` : letter.detail],
    ['game', letter.game_id ?? 'none'],
    ['event', [letter.event_type, letter.event_id].filter(Boolean).join(' ') || 'unknown'],
    ...(topic ? [['record', `${topic} partition ${partition} offset ${offset}`]] : []),
  ];
  const cut = letter.truncated ? `, cut from ${letter.original_bytes} bytes` : '';
  return [
    table(
      [{ title: '' }, { title: '' }],
      facts.map(([name = '', value = '']) => [colours.bold(name), value]),
    ).trimStart(),
    '',
    colours.bold(`original${cut}`),
    contentOf(letter),
    ...(letter.fixed === undefined ? [] : ['', colours.bold('fixed'), JSON.stringify(letter.fixed, null, 2)]),
  ].join('\n');
}

/** What became of one letter that was to be replayed. */
export type ReplayResult =
  | Replayed
  | { readonly dead_letter_id: string; readonly code: string; readonly error: string };

export function replayView(results: readonly ReplayResult[], { colours }: Terminal): string {
  if (results.length === 0) return 'No dead letter fits; nothing was replayed.';
  return results
    .map((result) => {
      if ('error' in result) return `${colours.red('refused')}   ${result.dead_letter_id}  ${result.error}`;
      const { dead_letter_id: id, event_id: event, replayed_now: now } = result;
      return `${now ? colours.green('replayed') : 'was before'}  ${id}  event ${event}`;
    })
    .join('\n');
}

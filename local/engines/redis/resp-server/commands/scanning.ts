import { argument, OptionReader, type OptionTable, readOptions } from '../arguments.ts';
import { CommandError, syntaxError } from '../errors.ts';
import { compileGlob } from '../glob.ts';
import type { Reply } from '../protocol/reply.ts';
import type { CommandContext } from './command.ts';

export interface ScanOptions {
  count: number;
  matches: (text: string) => boolean;
  type?: string;
}

const defaultCount = 10;

const options = {
  COUNT: (target, reader) => {
    target.count = reader.integer();
    if (target.count < 1) throw syntaxError();
  },
  MATCH: (target, reader) => {
    target.matches = compileGlob(reader.value());
  },
} satisfies OptionTable<ScanOptions>;

const optionsWithType: OptionTable<ScanOptions> = {
  ...options,
  TYPE: (target, reader) => {
    target.type = reader.value().toLowerCase();
  },
};

export function scanOptions(reader: OptionReader, withType: boolean): ScanOptions {
  return readOptions(reader, withType ? optionsWithType : options, { count: defaultCount, matches: () => true });
}

interface CollectionScan<Item> {
  readonly command: string;
  /** Undefined when there is no such key. */
  readonly source: (key: string, context: CommandContext) => IterableIterator<Item> | undefined;
  /** What MATCH looks at. */
  readonly name: (item: Item) => string;
  readonly present: (item: Item) => readonly Reply[];
}

/** HSCAN, SSCAN and ZSCAN: key, cursor, MATCH, COUNT. */
export function scanCollection<Item>({ command, source, name, present }: CollectionScan<Item>) {
  return (args: readonly string[], context: CommandContext): Reply => {
    const [key, cursor] = [argument(args, 0), argument(args, 1)];
    if (!/^\d{1,20}$/.test(cursor)) throw new CommandError('ERR invalid cursor');
    const { count, matches } = scanOptions(new OptionReader(args, 2), false);
    const items = source(key, context);
    if (!items) return ['0', []];
    const page = context.state.scans.page(`${command} ${key}`, { cursor, count, source: () => items });
    return [page.cursor, page.items.filter((item) => matches(name(item))).flatMap(present)];
  };
}

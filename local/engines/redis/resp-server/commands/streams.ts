import {
  argument,
  integer,
  OptionReader,
  type OptionTable,
  positiveInteger,
  readLeadingOptions,
} from '../arguments.ts';
import { CommandError, syntaxError, wrongArity } from '../errors.ts';
import { MapReply, NO_REPLY, NULL_ARRAY, type Reply } from '../protocol/reply.ts';
import { compareIds, formatId, type StreamEntry, type StreamId, type StreamValue, zeroId } from '../values/stream.ts';
import { type CommandContext, type CommandTable, grow, read, write } from './command.ts';

const invalidId = 'ERR Invalid stream ID specified as stream command argument';
const notAbove = 'ERR The ID specified in XADD is equal or smaller than the target stream top item';
const endless = Number.POSITIVE_INFINITY;

/** `MS` or `MS-SEQ`; without a sequence the given one is meant. */
function streamId(text: string, missingSequence: number): StreamId {
  const [milliseconds, sequence, ...more] = text.split('-');
  if (milliseconds === undefined || more.length > 0) throw new CommandError(invalidId);
  return {
    milliseconds: positiveInteger(milliseconds, invalidId),
    sequence: sequence === undefined ? missingSequence : positiveInteger(sequence, invalidId),
  };
}

interface TrimOptions {
  create: boolean;
  trim?: (stream: StreamValue) => number;
}

/** `MAXLEN|MINID [=|~] THRESHOLD [LIMIT n]`; what may be approximate is exact here. */
function threshold(reader: OptionReader): string {
  const text = reader.value();
  return text === '=' || text === '~' ? reader.value() : text;
}

const trimOptions = {
  MAXLEN: (options, reader) => {
    const length = positiveInteger(threshold(reader), 'ERR The MAXLEN argument must be >= 0.');
    options.trim = (stream) => stream.trimToLength(length);
  },
  MINID: (options, reader) => {
    const id = streamId(threshold(reader), 0);
    options.trim = (stream) => stream.trimBelow(id);
  },
  LIMIT: (_, reader) => {
    positiveInteger(reader.value());
  },
} satisfies OptionTable<TrimOptions>;

const addOptions: OptionTable<TrimOptions> = {
  ...trimOptions,
  NOMKSTREAM: (options) => {
    options.create = false;
  },
};

/** `*`, `MS-*`, or an id of the client's own, which must be above all before it. */
function nextId(text: string, last: StreamId, now: number): StreamId {
  const milliseconds = /^(\d+)-\*$/.exec(text)?.[1];
  if (text === '*' || milliseconds !== undefined) {
    const wanted =
      milliseconds === undefined ? Math.max(now, last.milliseconds) : positiveInteger(milliseconds, invalidId);
    if (wanted < last.milliseconds) throw new CommandError(notAbove);
    const sequence = wanted === last.milliseconds ? last.sequence + 1 : 0;
    return { milliseconds: wanted, sequence };
  }
  const id = streamId(text, 0);
  if (compareIds(id, zeroId) === 0) throw new CommandError('ERR The ID specified in XADD must be greater than 0-0');
  if (compareIds(id, last) <= 0) throw new CommandError(notAbove);
  return id;
}

function xadd(args: readonly string[], { database }: CommandContext): Reply {
  const key = argument(args, 0);
  const reader = new OptionReader(args, 1);
  const options = readLeadingOptions(reader, addOptions, { create: true } as TrimOptions);
  const [idText, ...fields] = reader.rest();
  if (idText === undefined || fields.length === 0 || fields.length % 2 !== 0) throw wrongArity('xadd');
  const known = database.collection(key, 'stream');
  if (!known && !options.create) return null;
  const id = nextId(idText, known?.lastId ?? zeroId, database.now());
  const stream = known ?? database.obtain(key, 'stream');
  stream.add({ id, fields });
  options.trim?.(stream);
  database.changed(key);
  return formatId(id);
}

function xtrim(args: readonly string[], { database }: CommandContext): Reply {
  const reader = new OptionReader(args, 1);
  const { trim } = readLeadingOptions(reader, trimOptions, { create: false } as TrimOptions);
  if (!trim || reader.rest().length > 0) throw syntaxError();
  const stream = database.collection(argument(args, 0), 'stream');
  const dropped = stream ? trim(stream) : 0;
  if (dropped > 0) database.changed(argument(args, 0));
  return dropped;
}

/** `-`, `+`, an id, or `(` and an id that is itself left out. */
function rangeBound(text: string, side: 'first' | 'last'): StreamId {
  if (text === '-') return zeroId;
  if (text === '+') return { milliseconds: endless, sequence: endless };
  if (!text.startsWith('(')) return streamId(text, side === 'first' ? 0 : endless);
  const { milliseconds, sequence } = streamId(text.slice(1), side === 'first' ? 0 : endless);
  if (side === 'first') return { milliseconds, sequence: sequence + 1 };
  return sequence === 0
    ? { milliseconds: milliseconds - 1, sequence: endless }
    : { milliseconds, sequence: sequence - 1 };
}

function presentEntry({ id, fields }: StreamEntry): Reply {
  return [formatId(id), fields];
}

/** What XRANGE's `COUNT n` allows; no COUNT allows all. */
function rangeLimit(args: readonly string[]): number {
  if (args.length === 3) return endless;
  if (args.length !== 5 || args[3]?.toUpperCase() !== 'COUNT') throw syntaxError();
  return integer(argument(args, 4));
}

function xrange(args: readonly string[], { database }: CommandContext): Reply {
  const [first, last] = [rangeBound(argument(args, 1), 'first'), rangeBound(argument(args, 2), 'last')];
  const limit = rangeLimit(args);
  if (limit <= 0) return NULL_ARRAY;
  return (database.collection(argument(args, 0), 'stream')?.range(first, last, limit) ?? []).map(presentEntry);
}

function xrevrange(args: readonly string[], { database }: CommandContext): Reply {
  const [first, last] = [rangeBound(argument(args, 2), 'first'), rangeBound(argument(args, 1), 'last')];
  const limit = rangeLimit(args);
  if (limit <= 0) return NULL_ARRAY;
  const found = database.collection(argument(args, 0), 'stream')?.range(first, last) ?? [];
  return found.reverse().slice(0, limit).map(presentEntry);
}

interface ReadOptions {
  count: number;
  blockMillis?: number;
}

const readingOptions: OptionTable<ReadOptions> = {
  COUNT: (options, reader) => {
    const count = reader.integer();
    options.count = count > 0 ? count : endless;
  },
  BLOCK: (options, reader) => {
    options.blockMillis = positiveInteger(reader.value(), 'ERR timeout is not an integer or out of range');
  },
};

interface Position {
  readonly key: string;
  readonly after: StreamId;
}

function readPositions(words: readonly string[], { database }: CommandContext): Position[] {
  const [keyword, ...rest] = words;
  if (keyword?.toUpperCase() !== 'STREAMS') throw syntaxError();
  const half = rest.length / 2;
  if (rest.length === 0 || !Number.isInteger(half)) {
    throw new CommandError(
      "ERR Unbalanced 'xread' list of streams: for each stream key an ID or '$' must be specified.",
    );
  }
  return rest.slice(0, half).map((key, index) => {
    const text = argument(rest, half + index);
    const stream = database.collection(key, 'stream');
    return { key, after: text === '$' ? (stream?.lastId ?? zeroId) : streamId(text, 0) };
  });
}

function xread(args: readonly string[], context: CommandContext): Reply {
  const reader = new OptionReader(args, 0);
  const { count, blockMillis } = readLeadingOptions(reader, readingOptions, { count: endless } as ReadOptions);
  const positions = readPositions(reader.rest(), context);
  const attempt = () => readNow(positions, count, context);
  const found = attempt();
  // Within EXEC nothing can wait: everybody else would wait with it.
  if (found !== undefined || blockMillis === undefined || context.inTransaction) return found ?? NULL_ARRAY;
  const keys = positions.map(({ key }) => key);
  context.state.waiters.wait(context.session, { keys, attempt, timeoutMillis: blockMillis, timeoutReply: NULL_ARRAY });
  return NO_REPLY;
}

function readNow(
  positions: readonly Position[],
  count: number,
  { database, session }: CommandContext,
): Reply | undefined {
  const found = positions.flatMap(({ key, after }) => {
    const first = { milliseconds: after.milliseconds, sequence: after.sequence + 1 };
    const last = { milliseconds: endless, sequence: endless };
    const entries = database.collection(key, 'stream')?.range(first, last, count) ?? [];
    return entries.length > 0 ? [[key, entries.map(presentEntry)]] : [];
  });
  if (found.length === 0) return undefined;
  return session.version === 3 ? new MapReply(found.flat()) : found;
}

export const streamCommands = {
  XADD: { arity: -5, flags: grow, run: xadd },
  XLEN: {
    arity: 2,
    flags: read,
    run: (args, { database }) => database.collection(argument(args, 0), 'stream')?.size ?? 0,
  },
  XTRIM: { arity: -4, flags: write, run: xtrim },
  XRANGE: { arity: -4, flags: read, run: xrange },
  XREVRANGE: { arity: -4, flags: read, run: xrevrange },
  XREAD: { arity: -4, flags: read, run: xread },
} satisfies CommandTable;

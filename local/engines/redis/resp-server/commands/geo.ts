import { argument, float, OptionReader, type OptionTable, readLeadingOptions, readOptions } from '../arguments.ts';
import { CommandError, syntaxError } from '../errors.ts';
import { DoubleReply, NULL_ARRAY, type Reply } from '../protocol/reply.ts';
import {
  decodePosition,
  distanceMetres,
  encodePosition,
  isPosition,
  type Position,
  rangesAround,
} from '../values/geohash.ts';
import type { SortedSet } from '../values/sorted-set.ts';
import { type CommandContext, type CommandTable, grow, read } from './command.ts';
import { sortedSetCommands, sortedSetOf } from './sorted-sets.ts';

/** Metres in one of each. */
const units: Readonly<Record<string, number>> = { M: 1, KM: 1_000, FT: 0.3048, MI: 1_609.34 };

function unit(text: string): number {
  const metres = units[text.toUpperCase()];
  if (metres === undefined) throw new CommandError('ERR unsupported unit provided. please use M, KM, FT, MI');
  return metres;
}

function position(longitudeText: string, latitudeText: string): Position {
  const found = { longitude: float(longitudeText), latitude: float(latitudeText) };
  if (isPosition(found)) return found;
  const [longitude, latitude] = [found.longitude.toFixed(6), found.latitude.toFixed(6)];
  throw new CommandError(`ERR invalid longitude,latitude pair ${longitude},${latitude}`);
}

/** GEOADD is ZADD with positions for scores. */
function geoadd(args: readonly string[], context: CommandContext): Reply {
  const flags: string[] = [];
  const remember = (word: string) => (target: string[]) => {
    target.push(word);
  };
  const reader = new OptionReader(args, 1);
  readLeadingOptions(reader, { NX: remember('NX'), XX: remember('XX'), CH: remember('CH') }, flags);
  const rest = reader.rest();
  if (rest.length === 0 || rest.length % 3 !== 0) throw syntaxError();
  const pairs: string[] = [];
  for (let at = 0; at < rest.length; at += 3) {
    const place = position(argument(rest, at), argument(rest, at + 1));
    pairs.push(String(encodePosition(place)), argument(rest, at + 2));
  }
  return sortedSetCommands.ZADD.run([argument(args, 0), ...flags, ...pairs], context);
}

function positionOf(set: SortedSet | undefined, member: string): Position | undefined {
  const score = set?.score(member);
  return score === undefined ? undefined : decodePosition(score);
}

function coordinates({ longitude, latitude }: Position): Reply {
  return [new DoubleReply(longitude), new DoubleReply(latitude)];
}

function geopos(args: readonly string[], context: CommandContext): Reply {
  const set = sortedSetOf(args, context);
  return args.slice(1).map((member) => {
    const found = positionOf(set, member);
    return found ? coordinates(found) : NULL_ARRAY;
  });
}

function geodist(args: readonly string[], context: CommandContext): Reply {
  if (args.length > 4) throw syntaxError();
  const metres = unit(args[3] ?? 'M');
  const set = sortedSetOf(args, context);
  const [from, to] = [positionOf(set, argument(args, 1)), positionOf(set, argument(args, 2))];
  return from && to ? (distanceMetres(from, to) / metres).toFixed(4) : null;
}

interface Search {
  readonly set: SortedSet | undefined;
  centre?: Position;
  /** Half the sides of a box, or twice a radius. */
  area?: { readonly kind: 'circle' | 'box'; readonly widthMetres: number; readonly heightMetres: number };
  metres: number;
  order?: 'ASC' | 'DESC';
  limit?: number;
  any: boolean;
  readonly with: Set<'COORD' | 'DIST' | 'HASH'>;
}

function length(text: string): number {
  const value = float(text, 'ERR need numeric radius');
  if (value < 0) throw new CommandError('ERR radius cannot be negative');
  return value;
}

const searchOptions: OptionTable<Search> = {
  FROMMEMBER: (search, reader) => {
    const centre = positionOf(search.set, reader.value());
    if (!centre && search.set) throw new CommandError('ERR could not decode requested zset member');
    search.centre = centre ?? { longitude: 0, latitude: 0 };
  },
  FROMLONLAT: (search, reader) => {
    search.centre = position(reader.value(), reader.value());
  },
  BYRADIUS: (search, reader) => {
    const radius = length(reader.value());
    search.metres = unit(reader.value());
    const side = 2 * radius * search.metres;
    search.area = { kind: 'circle', widthMetres: side, heightMetres: side };
  },
  BYBOX: (search, reader) => {
    const [width, height] = [length(reader.value()), length(reader.value())];
    search.metres = unit(reader.value());
    search.area = { kind: 'box', widthMetres: width * search.metres, heightMetres: height * search.metres };
  },
  ASC: (search) => {
    search.order = 'ASC';
  },
  DESC: (search) => {
    search.order = 'DESC';
  },
  COUNT: (search, reader) => {
    search.limit = reader.integer();
    if (search.limit <= 0) throw new CommandError('ERR COUNT must be > 0');
  },
  ANY: (search) => {
    search.any = true;
  },
  WITHCOORD: (search) => search.with.add('COORD'),
  WITHDIST: (search) => search.with.add('DIST'),
  WITHHASH: (search) => search.with.add('HASH'),
};

interface Place {
  readonly member: string;
  readonly score: number;
  readonly at: Position;
  readonly distance: number;
}

/** The distance from the centre, undefined when the place is outside of the area. */
function distanceWithin(at: Position, centre: Position, area: NonNullable<Search['area']>): number | undefined {
  const distance = distanceMetres(centre, at);
  if (area.kind === 'circle') return distance <= area.widthMetres / 2 ? distance : undefined;
  const north = distanceMetres({ ...centre, latitude: at.latitude }, centre);
  const east = distanceMetres({ ...at, longitude: centre.longitude }, at);
  return north <= area.heightMetres / 2 && east <= area.widthMetres / 2 ? distance : undefined;
}

function placesWithin(set: SortedSet, centre: Position, area: NonNullable<Search['area']>): Place[] {
  const ranges = rangesAround(centre, area.widthMetres, area.heightMetres);
  const candidates = ranges.flatMap(({ start, end }) =>
    set.slice(set.countBelow(start, false), set.countBelow(end, false)),
  );
  return candidates.flatMap(({ member, score }) => {
    const at = decodePosition(score);
    const distance = distanceWithin(at, centre, area);
    return distance === undefined ? [] : [{ member, score, at, distance }];
  });
}

function geosearch(args: readonly string[], context: CommandContext): Reply {
  const initial: Search = { set: sortedSetOf(args, context), metres: 1, any: false, with: new Set() };
  const search = readOptions(new OptionReader(args, 1), searchOptions, initial);
  const { set, centre, area, order, limit, any } = search;
  if (!centre) throw new CommandError('ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for geosearch');
  if (!area) throw new CommandError('ERR exactly one of BYRADIUS and BYBOX can be specified for geosearch');
  if (any && limit === undefined) throw new CommandError('ERR the ANY argument requires COUNT argument');
  if (!set) return [];
  const places = placesWithin(set, centre, area);
  const sorted = order ?? (limit !== undefined && !any ? 'ASC' : undefined);
  if (sorted) places.sort((a, b) => (a.distance - b.distance) * (sorted === 'ASC' ? 1 : -1));
  return places.slice(0, limit).map((place) => present(place, search));
}

function present({ member, at, score, distance }: Place, search: Search): Reply {
  if (search.with.size === 0) return member;
  return [
    member,
    ...(search.with.has('DIST') ? [(distance / search.metres).toFixed(4)] : []),
    ...(search.with.has('HASH') ? [score] : []),
    ...(search.with.has('COORD') ? [coordinates(at)] : []),
  ];
}

export const geoCommands = {
  GEOADD: { arity: -5, flags: grow, run: geoadd },
  GEOPOS: { arity: -2, flags: read, run: geopos },
  GEODIST: { arity: -4, flags: read, run: geodist },
  GEOSEARCH: { arity: -7, flags: read, run: geosearch },
} satisfies CommandTable;

/**
 * Positions as scores of a sorted set: 26 bits of latitude and of longitude interleaved, so that near places have near
 * scores. Figures of Redis (src/geohash.h): Web Mercator's latitudes, the mean radius its distances use.
 */
export interface Position {
  readonly longitude: number;
  readonly latitude: number;
}

/** Scores from `start` up to and without `end`. */
export interface ScoreRange {
  readonly start: number;
  readonly end: number;
}

const bits = 26;
const halfBits = bits / 2;
const steps = 2 ** bits;
const maximumLatitude = 85.05112878;
const maximumLongitude = 180;
const earthRadiusMetres = 6_372_797.560856;

export function isPosition({ longitude, latitude }: Position): boolean {
  return Math.abs(longitude) <= maximumLongitude && Math.abs(latitude) <= maximumLatitude;
}

export function encodePosition({ longitude, latitude }: Position): number {
  return interleave(stepOf(latitude, maximumLatitude), stepOf(longitude, maximumLongitude));
}

/** The middle of the cell of about 0.6 m that a score stands for. */
export function decodePosition(score: number): Position {
  const high = Math.floor(score / steps);
  const low = score % steps;
  const latitudeStep = squeeze(high) * 2 ** halfBits + squeeze(low);
  const longitudeStep = squeeze(high >>> 1) * 2 ** halfBits + squeeze(low >>> 1);
  return {
    longitude: degreesOf(longitudeStep, maximumLongitude),
    latitude: degreesOf(latitudeStep, maximumLatitude),
  };
}

/** Great-circle distance in metres, by the haversine formula. */
export function distanceMetres(a: Position, b: Position): number {
  const [latitudeA, latitudeB] = [radians(a.latitude), radians(b.latitude)];
  const u = Math.sin((latitudeB - latitudeA) / 2);
  const v = Math.sin((radians(b.longitude) - radians(a.longitude)) / 2);
  return 2 * earthRadiusMetres * Math.asin(Math.sqrt(u * u + Math.cos(latitudeA) * Math.cos(latitudeB) * v * v));
}

/** The scores, in at most four ranges, among which all places of a box around the centre are found. */
export function rangesAround(centre: Position, widthMetres: number, heightMetres: number): ScoreRange[] {
  const latitudeReach = degrees(heightMetres / 2 / earthRadiusMetres);
  const farthestLatitude = Math.min(Math.abs(centre.latitude) + latitudeReach, 90);
  const longitudeReach =
    degrees(widthMetres / 2 / earthRadiusMetres) / Math.max(Math.cos(radians(farthestLatitude)), 1e-12);
  const cellBits = cellBitsFor(longitudeReach, latitudeReach);
  const columns = cellsAround(centre.longitude / maximumLongitude, longitudeReach / maximumLongitude, cellBits);
  const rows = cellsAround(centre.latitude / maximumLatitude, latitudeReach / maximumLatitude, cellBits);
  // East of 180° is the west; north of the last row is nothing.
  const wrapped = [...new Set(columns.map((column) => ((column % 2 ** cellBits) + 2 ** cellBits) % 2 ** cellBits))];
  const inside = rows.filter((row) => row >= 0 && row < 2 ** cellBits);
  return inside.flatMap((row) => wrapped.map((column) => rangeOf(row, column, cellBits)));
}

/** Cells at least as large as the box, so that it touches two in each direction. */
function cellBitsFor(longitudeReach: number, latitudeReach: number): number {
  const fitting = Math.min(maximumLongitude / longitudeReach, maximumLatitude / latitudeReach);
  return Math.max(Math.min(Math.floor(Math.log2(fitting)), bits), 0);
}

/** Centre and reach as parts of the maximum, so from -1 to 1. */
function cellsAround(centre: number, reach: number, cellBits: number): number[] {
  const cellOf = (value: number) => Math.floor(((value + 1) / 2) * 2 ** cellBits);
  // At zero bits the one cell is the whole world, however far the box reaches.
  return cellBits === 0 ? [0] : [...new Set([cellOf(centre - reach), cellOf(centre), cellOf(centre + reach)])];
}

function rangeOf(row: number, column: number, cellBits: number): ScoreRange {
  const scale = 2 ** (bits - cellBits);
  const start = interleave(row * scale, column * scale);
  return { start, end: start + scale * scale };
}

function stepOf(value: number, maximum: number): number {
  return Math.min(Math.floor(((value + maximum) / (2 * maximum)) * steps), steps - 1);
}

function degreesOf(step: number, maximum: number): number {
  return ((step + 0.5) / steps) * 2 * maximum - maximum;
}

/** Latitude in the even bits, longitude in the odd ones; in halves, because bit operators end at 32 bits. */
function interleave(latitudeStep: number, longitudeStep: number): number {
  const half = 2 ** halfBits;
  const high = spread(Math.floor(latitudeStep / half)) + 2 * spread(Math.floor(longitudeStep / half));
  const low = spread(latitudeStep % half) + 2 * spread(longitudeStep % half);
  return high * steps + low;
}

/** Puts 13 bits into every second place. */
function spread(value: number): number {
  let x = value;
  x = (x | (x << 8)) & 0x00ff00ff;
  x = (x | (x << 4)) & 0x0f0f0f0f;
  x = (x | (x << 2)) & 0x33333333;
  return (x | (x << 1)) & 0x55555555;
}

/** Takes every second bit of 26. */
function squeeze(value: number): number {
  let x = value & 0x55555555;
  x = (x | (x >>> 1)) & 0x33333333;
  x = (x | (x >>> 2)) & 0x0f0f0f0f;
  x = (x | (x >>> 4)) & 0x00ff00ff;
  return (x | (x >>> 8)) & 0x0000ffff;
}

function radians(angle: number): number {
  return (angle * Math.PI) / 180;
}

function degrees(angle: number): number {
  return (angle * 180) / Math.PI;
}

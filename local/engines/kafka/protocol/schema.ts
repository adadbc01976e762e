import { MalformedRequest, type Reader } from './reader.ts';
import type { Writer } from './writer.ts';

/**
 * The shape of a message, declared once for all its versions. A type is turned into a codec for one version the
 * first time that version is met; after that nothing is decided again, so the declarations cost nothing per request.
 *
 * `R` is what reading yields (every field present), `W` what writing takes (fields with a default may be left out).
 */
export interface Edition {
  readonly version: number;
  /** Compact lengths and tagged fields: the "flexible versions" of KIP-482. */
  readonly isFlexible: boolean;
}

export interface Codec<R, W = R> {
  read(reader: Reader): R;
  write(writer: Writer, value: W): void;
}

export interface Type<R, W = R> {
  at(edition: Edition): Codec<R, W>;
  /** What a reader gets where a version does not have the field. */
  readonly empty: R;
}

/** A field that not every version has, or that a writer may leave out. */
export interface Field<R, W = R> extends Type<R, W> {
  readonly from?: number;
  readonly to?: number;
  readonly tag?: number;
}

export interface OptionalField<R, W = R> extends Field<R, W> {
  readonly isOptional: true;
}

const fixed = <T>(empty: T, codec: Codec<T>): Type<T> => ({ at: () => codec, empty });

export const int8 = fixed(0, { read: (r) => r.int8(), write: (w, v) => w.int8(v) });
export const int16 = fixed(0, { read: (r) => r.int16(), write: (w, v) => w.int16(v) });
export const int32 = fixed(0, { read: (r) => r.int32(), write: (w, v) => w.int32(v) });
export const int64 = fixed(0, { read: (r) => r.int64(), write: (w, v) => w.int64(v) });
export const bool = fixed(false, { read: (r) => r.int8() !== 0, write: (w, v) => w.int8(v ? 1 : 0) });

/** Sixteen bytes, as 32 hexadecimal digits. */
export const uuid = fixed('0'.repeat(32), {
  read: (r) => r.slice(16).toString('hex'),
  write: (w, v) => w.copy(Buffer.from(v, 'hex')),
});

/** A length that may say "null": one more than the size as a varint, or the size itself with -1 for null. */
const lengths = {
  compact: {
    read: (r: Reader): number => r.unsignedVarint() - 1,
    write: (w: Writer, size: number): void => w.unsignedVarint(size + 1),
  },
  short: { read: (r: Reader): number => r.int16(), write: (w: Writer, size: number): void => w.int16(size) },
  long: { read: (r: Reader): number => r.int32(), write: (w: Writer, size: number): void => w.int32(size) },
};
type Length = (typeof lengths)['compact'];

const notNull = <T>(value: T | null, what: string): T => {
  if (value === null) throw new MalformedRequest(`${what} is null where it must not be`);
  return value;
};

/** The codec of something that may be null, chosen by edition; `strict` is the same where null is not allowed. */
const nullable = <R, W>(make: (edition: Edition) => Codec<R | null, W | null>): Type<R | null, W | null> => ({
  at: make,
  empty: null,
});
const strict = <R, W>(type: Type<R | null, W | null>, empty: R, what: string): Type<R, W> => ({
  at: (edition) => {
    const codec = type.at(edition);
    return { read: (r) => notNull(codec.read(r), what), write: (w, v) => codec.write(w, v) };
  },
  empty,
});

const sized = (edition: Edition, plain: Length): Length => (edition.isFlexible ? lengths.compact : plain);

const stringCodec = (length: Length): Codec<string | null> => ({
  read: (r) => {
    const size = length.read(r);
    return size < 0 ? null : r.text(size);
  },
  write: (w, value) => {
    const size = value === null ? -1 : Buffer.byteLength(value);
    length.write(w, size);
    if (value !== null) w.text(value, size);
  },
});

const bytesCodec = (length: Length): Codec<Buffer | null> => ({
  read: (r) => {
    const size = length.read(r);
    return size < 0 ? null : r.slice(size);
  },
  write: (w, value) => {
    length.write(w, value === null ? -1 : value.length);
    if (value !== null) w.copy(value);
  },
});

export const nullableString = nullable((edition) => stringCodec(sized(edition, lengths.short)));
export const string = strict(nullableString, '', 'a string');
/** The client id in a request's header keeps the old length in every version. */
export const headerString: Type<string | null> = nullable(() => stringCodec(lengths.short));
export const nullableBytes = nullable((edition) => bytesCodec(sized(edition, lengths.long)));
export const bytes = strict(nullableBytes, Buffer.alloc(0), 'a byte array');

const noPieces: readonly Buffer[] = [];

/** Record batches of a fetch response: several pieces, passed on by reference. */
export const pieces: Type<readonly Buffer[]> = {
  at: (edition) => {
    const length = sized(edition, lengths.long);
    return {
      read: (r) => {
        const size = length.read(r);
        return size < 0 ? noPieces : [r.slice(size)];
      },
      write: (w, value) => {
        length.write(
          w,
          value.reduce((size, piece) => size + piece.length, 0),
        );
        for (const piece of value) w.reference(piece);
      },
    };
  },
  empty: noPieces,
};

export const nullableArray = <R, W>(element: Type<R, W>): Type<R[] | null, readonly W[] | null> =>
  nullable((edition) => {
    const length = sized(edition, lengths.long);
    const codec = element.at(edition);
    return {
      read: (r) => {
        const count = length.read(r);
        if (count < 0) return null;
        if (count > r.remaining) throw new MalformedRequest(`an array of ${count} in ${r.remaining} bytes`);
        const values: R[] = [];
        for (let index = 0; index < count; index++) values.push(codec.read(r));
        return values;
      },
      write: (w, values) => {
        length.write(w, values === null ? -1 : values.length);
        for (const value of values ?? []) codec.write(w, value);
      },
    };
  });

export const array = <R, W>(element: Type<R, W>): Type<R[], readonly W[]> =>
  strict(nullableArray(element), [], 'an array');

/** A field from version `from` on. */
export const since = <R, W>(from: number, type: Type<R, W>): Field<R, W> => ({ ...type, from });
/** A field up to and including version `to`. */
export const until = <R, W>(to: number, type: Type<R, W>): Field<R, W> => ({ ...type, to });
/** A field that a writer may leave out, and what is read and written in its place. */
export const optional = <R extends W, W>(type: Field<R, W>, empty: R): OptionalField<R, W> => ({
  ...type,
  empty,
  isOptional: true,
});
/** A tagged field of flexible versions: read when it is there, never written. */
export const tagged = <R, W>(tag: number, type: Field<R, W>): OptionalField<R, W> => ({
  ...type,
  tag,
  isOptional: true,
});

import type { Reader } from './reader.ts';
import type { Codec, Edition, Field, OptionalField, Type } from './schema.ts';
import type { Writer } from './writer.ts';

type Fields = Record<string, Field<unknown, never>>;
type ReadOf<F> = F extends Field<infer R, infer _> ? R : never;
type WriteOf<F> = F extends Field<infer _, infer W> ? W : never;
type OptionalKeys<F> = { [K in keyof F]: F[K] extends OptionalField<infer _R, infer _W> ? K : never }[keyof F];

export type Read<F> = { -readonly [K in keyof F]: ReadOf<F[K]> };
export type Write<F> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: WriteOf<F[K]> } & {
  readonly [K in OptionalKeys<F>]?: WriteOf<F[K]>;
};

/** Inside a struct the types of its fields are known by name only; `struct` gives them back to its users. */
type AnyField = Field<unknown, unknown>;
type AnyValues = Record<string, unknown>;

interface Plan {
  readonly inline: readonly { name: string; empty: unknown; codec: Codec<unknown, unknown> }[];
  readonly absent: readonly { name: string; empty: unknown }[];
  readonly tagged: ReadonlyMap<number, { name: string; codec: Codec<unknown, unknown> }>;
}

const isIn = (field: AnyField, version: number): boolean =>
  version >= (field.from ?? 0) && version <= (field.to ?? Number.POSITIVE_INFINITY);

const planOf = (fields: readonly (readonly [string, AnyField])[], edition: Edition): Plan => {
  const here = fields.filter(([, field]) => isIn(field, edition.version));
  const codecOf = ([name, field]: readonly [string, AnyField]) => ({
    name,
    empty: field.empty,
    codec: field.at(edition),
  });
  return {
    inline: here.filter(([, field]) => field.tag === undefined).map(codecOf),
    absent: fields
      .filter(([, field]) => field.tag !== undefined || !isIn(field, edition.version))
      .map(([name, field]) => ({ name, empty: field.empty })),
    tagged: new Map(
      here.flatMap((entry) => (entry[1].tag === undefined ? [] : [[entry[1].tag, codecOf(entry)] as const])),
    ),
  };
};

/** Skips unknown tags, as KIP-482 asks. */
const readTags = (reader: Reader, plan: Plan, into: AnyValues): void => {
  const count = reader.unsignedVarint();
  for (let index = 0; index < count; index++) {
    const known = plan.tagged.get(reader.unsignedVarint());
    const size = reader.unsignedVarint();
    const start = reader.skip(size);
    if (known === undefined) continue;
    reader.position = start;
    into[known.name] = known.codec.read(reader);
    reader.position = start + size;
  }
};

const codecOf = (plan: Plan, isFlexible: boolean): Codec<AnyValues> => ({
  read: (reader) => {
    const values: AnyValues = {};
    for (const { name, codec } of plan.inline) values[name] = codec.read(reader);
    for (const { name, empty } of plan.absent) values[name] = empty;
    if (isFlexible) readTags(reader, plan, values);
    return values;
  },
  write: (writer: Writer, values) => {
    for (const { name, empty, codec } of plan.inline) {
      const value = values[name];
      codec.write(writer, value === undefined ? empty : value);
    }
    if (isFlexible) writer.unsignedVarint(0);
  },
});

/** A group of named fields, in the order of the protocol. */
export const struct = <const F extends Fields>(fields: F): Type<Read<F>, Write<F>> => {
  const entries: (readonly [string, AnyField])[] = Object.entries(
    fields as Record<string, unknown> as Record<string, AnyField>,
  );
  const codecs = new Map<Edition, Codec<AnyValues>>();
  const at = (edition: Edition): Codec<AnyValues> => {
    const known = codecs.get(edition);
    if (known !== undefined) return known;
    const codec = codecOf(planOf(entries, edition), edition.isFlexible);
    codecs.set(edition, codec);
    return codec;
  };
  const empty: AnyValues = Object.fromEntries(entries.map(([name, field]) => [name, field.empty]));
  // The codec works on names; Read and Write are the types that these very fields declare for them.
  return { at, empty } as unknown as Type<Read<F>, Write<F>>;
};

import type { Reader } from './reader.ts';
import { type Codec, type Edition, headerString, type Type } from './schema.ts';
import type { Writer } from './writer.ts';

/**
 * One request and its answer, for every version that the broker speaks. `Q` and `A` are what the broker reads and
 * writes, `QW` and `AR` what a client writes and reads.
 */
export interface Api<Q, A, QW = never, AR = unknown> {
  readonly key: number;
  readonly name: string;
  /** First and last version, both spoken. */
  readonly versions: readonly [number, number];
  /** First flexible version (KIP-482), undefined where no version is. */
  readonly flexibleSince: number | undefined;
  readonly request: Type<Q, QW>;
  readonly response: Type<AR, A>;
}

export const api = <Q, A, QW, AR>(declared: Api<Q, A, QW, AR>): Api<Q, A, QW, AR> => declared;

/** What identifies a request on its connection: request header 1 and 2. */
export interface RequestHeader {
  readonly key: number;
  readonly version: number;
  readonly correlationId: number;
}

export const readHeader = (reader: Reader): RequestHeader => ({
  key: reader.int16(),
  version: reader.int16(),
  correlationId: reader.int32(),
});

const plain: Edition = { version: 1, isFlexible: false };
const clientIdCodec: Codec<string | null> = headerString.at(plain);

/** The rest of the header, whose form depends on the version: the client id and, in flexible versions, tags. */
export const readClientId = (reader: Reader, isFlexible: boolean): string => {
  const clientId = clientIdCodec.read(reader) ?? '';
  if (isFlexible) skipTags(reader);
  return clientId;
};

const skipTags = (reader: Reader): void => {
  const count = reader.unsignedVarint();
  for (let index = 0; index < count; index++) {
    reader.unsignedVarint();
    reader.skip(reader.unsignedVarint());
  }
};

const apiVersionsKey = 18;

/** ApiVersions is answered with the oldest header, because the client does not know yet what the broker speaks. */
export const writeResponseHeader = (writer: Writer, header: RequestHeader, isFlexible: boolean): void => {
  writer.int32(header.correlationId);
  if (isFlexible && header.key !== apiVersionsKey) writer.unsignedVarint(0);
};

/** One edition an api and version, so that the codecs made for it are found again. */
export const editionsOf = (declared: Pick<Api<unknown, never>, 'versions' | 'flexibleSince'>): readonly Edition[] =>
  Array.from({ length: declared.versions[1] + 1 }, (_, version) => ({
    version,
    isFlexible: version >= (declared.flexibleSince ?? Number.POSITIVE_INFINITY),
  }));

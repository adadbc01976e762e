import {
  type Api,
  editionsOf,
  type RequestHeader,
  readClientId,
  readHeader,
  writeResponseHeader,
} from '../protocol/api.ts';
import { MalformedRequest, Reader } from '../protocol/reader.ts';
import type { Edition } from '../protocol/schema.ts';
import { Writer } from '../protocol/writer.ts';

/** Who asks, and in which version. */
export interface Call {
  readonly version: number;
  readonly clientId: string;
  readonly clientHost: string;
}

type Frame = Buffer[] | undefined;

/** One api with what answers it; its types are inside. */
export interface Route {
  readonly api: Pick<Api<unknown, never>, 'key' | 'name' | 'versions' | 'flexibleSince'>;
  /** Undefined where the protocol has no answer (acks=0). */
  readonly serve: (reader: Reader, header: RequestHeader, clientHost: string) => Frame | Promise<Frame>;
  /** The answer to a version that is not spoken, where the protocol has one; else the connection is closed. */
  readonly refuseVersion?: (header: RequestHeader) => Frame;
}

type Result<A> = A | undefined | Promise<A | undefined>;

export const route = <Q, A>(api: Api<Q, A>, handle: (request: Q, call: Call) => Result<A>): Route => {
  const editions = editionsOf(api);
  return {
    api,
    serve: (reader, header, clientHost) => {
      const edition = editions[header.version];
      if (edition === undefined) throw new MalformedRequest(`${api.name} has no version ${header.version}`);
      const clientId = readClientId(reader, edition.isFlexible);
      const request = api.request.at(edition).read(reader);
      const encode = (answer: A | undefined): Frame =>
        answer === undefined ? undefined : encodeIn(api, { header, edition }, answer);
      const answer = handle(request, { version: header.version, clientId, clientHost });
      return answer instanceof Promise ? answer.then(encode) : encode(answer);
    },
  };
};

const encodeIn = <A>(
  api: Api<unknown, A>,
  { header, edition }: { header: RequestHeader; edition: Edition },
  answer: A,
): Buffer[] => {
  const writer = new Writer();
  writeResponseHeader(writer, header, edition.isFlexible);
  api.response.at(edition).write(writer, answer);
  return writer.finish();
};

/** An answer in the version that `header` names. */
export const encodeAnswer = <A>(api: Api<unknown, A>, header: RequestHeader, answer: A): Frame => {
  const edition = editionsOf(api)[header.version];
  return edition === undefined ? undefined : encodeIn(api, { header, edition }, answer);
};

/** Finds the route of a frame and serves it. */
export const dispatcher = (routes: readonly Route[]) => {
  const byKey = new Map(routes.map((entry) => [entry.api.key, entry]));
  return (frame: Buffer, clientHost: string): Frame | Promise<Frame> => {
    const reader = new Reader(frame);
    const header = readHeader(reader);
    const found = byKey.get(header.key);
    if (found === undefined) throw new MalformedRequest(`no api has the key ${header.key}`);
    const [first, last] = found.api.versions;
    if (header.version >= first && header.version <= last) return found.serve(reader, header, clientHost);
    if (found.refuseVersion !== undefined) return found.refuseVersion(header);
    throw new MalformedRequest(`${found.api.name} is spoken in versions ${first} to ${last}, not ${header.version}`);
  };
};

export type Dispatch = ReturnType<typeof dispatcher>;

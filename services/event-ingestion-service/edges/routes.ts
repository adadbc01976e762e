import type { FastifyReply, FastifyRequest } from 'fastify';
import { INGESTION_API } from '#catalog/ingestion-api.ts';
import type { HttpServer, Routes } from '#kit/http/index.ts';
import { awsGameAnalytics } from '../domain/formats/aws-game-analytics.ts';
import type { Format } from '../domain/formats/format.ts';
import { gamemetrics } from '../domain/formats/gamemetrics.ts';
import { segment } from '../domain/formats/segment.ts';
import type { IngestionMetrics } from '../metrics.ts';
import { readBody } from './body.ts';
import type { Authenticate, Writer } from './credentials.ts';
import type { Erasures } from './erasures.ts';
import { type Intake, wantsBackfill } from './intake.ts';
import { type Limits, limitRequests } from './limits.ts';
import { type ApiDescription, descriptions } from './openapi.ts';

export interface RouteParts {
  readonly authenticate: Authenticate;
  readonly erasures: Pick<Erasures, 'requireComplete'>;
  readonly intake: Intake;
  readonly limits: Limits;
  readonly metrics: IngestionMetrics;
}

interface Endpoint {
  readonly path: string;
  readonly format: Format;
  readonly description: ApiDescription;
  /** The game that the address names. */
  readonly gameOf: (request: FastifyRequest) => string | undefined;
}

const applicationOf = ({ params }: FastifyRequest): string | undefined => {
  const id: unknown = typeof params === 'object' && params !== null ? Reflect.get(params, 'application_id') : undefined;
  return typeof id === 'string' ? id : undefined;
};

const noGame = () => undefined;

const endpoints: readonly Endpoint[] = [
  { path: INGESTION_API.eventsPath, format: gamemetrics, description: descriptions.gamemetrics, gameOf: noGame },
  {
    path: INGESTION_API.awsGameAnalyticsPath(':application_id'),
    format: awsGameAnalytics,
    description: descriptions.awsGameAnalytics,
    gameOf: applicationOf,
  },
  { path: INGESTION_API.segmentPath, format: segment, description: descriptions.segment, gameOf: noGame },
];

/** Events are judged one by one, so a route's schema only describes: one bad event must not refuse its request. */
const describeOnly = () => () => true;

const writers = new WeakMap<FastifyRequest, Writer>();

function writerOf(request: FastifyRequest): Writer {
  const writer = writers.get(request);
  if (!writer) throw new Error('onRequest found no writer and refused nothing');
  return writer;
}

function addEndpoint(server: HttpServer, endpoint: Endpoint, parts: RouteParts): void {
  const { path, format, description, gameOf } = endpoint;
  server.post(path, {
    schema: description,
    validatorCompiler: describeOnly,
    bodyLimit: parts.limits.maxBodyBytes,
    // Before the body is read, so that a stranger cannot make us read one.
    onRequest: async (request: FastifyRequest) => {
      parts.erasures.requireComplete();
      writers.set(request, await parts.authenticate(request.headers, gameOf(request)));
    },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const writer = writerOf(request);
      const body = await readBody(request.body, request.headers['content-encoding'], parts.limits.maxBodyBytes);
      const backfill = wantsBackfill(request.headers, request.query);
      const answer = await parts.intake.take({ writer, format, body, backfill });
      return reply.type('application/json; charset=utf-8').send(answer);
    },
  });
}

/** The three ways in; all of them lead to the one envelope. */
export function eventRoutes(parts: RouteParts): Routes {
  return (server) => {
    limitRequests(server, parts.limits, parts.metrics);
    server.removeAllContentTypeParsers();
    // `text/plain` is what browsers send from `navigator.sendBeacon`.
    server.addContentTypeParser(['application/json', 'text/plain'], { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    for (const endpoint of endpoints) addEndpoint(server, endpoint, parts);
  };
}

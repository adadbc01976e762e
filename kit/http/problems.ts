import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import { Type } from 'typebox';
import { AppError, describeProblem, errors, type Problem } from '../errors.ts';
import { context, trace } from '../telemetry/tracing.ts';

/** RFC 9457 with our code, the problems and the trace id as extension members. */
export const ProblemDetails = Type.Object(
  {
    type: Type.String({ description: 'urn:gamemetrics:error:<code>' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    fix: Type.String(),
    problems: Type.Optional(
      Type.Array(
        Type.Object({
          path: Type.String(),
          value: Type.Optional(Type.Unknown()),
          rule: Type.String(),
          fix: Type.String(),
        }),
      ),
    ),
    trace_id: Type.Optional(Type.String()),
  },
  { $id: 'ProblemDetails' },
);

export const problemContentType = 'application/problem+json';
const maxProblems = 20;

export function problemBody(error: AppError): Record<string, unknown> {
  const span = trace.getSpanContext(context.active());
  return {
    type: `urn:gamemetrics:error:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: error.title,
    status: error.httpStatus,
    detail: error.detail,
    code: error.code,
    fix: error.fix,
    ...(error.problems.length > 0 ? { problems: error.problems } : {}),
    ...(span ? { trace_id: span.traceId } : {}),
  };
}

export function sendProblem(reply: FastifyReply, error: AppError): FastifyReply {
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
  if (error.httpStatus === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(error.httpStatus).type(problemContentType).send(problemBody(error));
}

type Raised = FastifyError & { validation?: FastifySchemaValidationError[]; validationContext?: string };
type Factory = (error: Raised, request: FastifyRequest) => AppError;

/** Fastify's own refusals, in our words. Source: fastify/lib/errors.js. */
const refusals: Readonly<Record<string, Factory>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (_, request) =>
    errors.BODY_TOO_LARGE({ detail: `The body is larger than ${request.routeOptions.bodyLimit} bytes.` }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (_, request) =>
    errors.MEDIA_TYPE_UNSUPPORTED({
      detail: `The media type "${request.headers['content-type'] ?? 'none'}" is not supported here.`,
    }),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => errors.BODY_UNREADABLE({ detail: 'The body is empty but was declared as JSON.' }),
  FST_ERR_CTP_INVALID_JSON_BODY: () => errors.BODY_UNREADABLE({ detail: 'The body is not well-formed JSON.' }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    errors.BODY_UNREADABLE({ detail: 'The body is shorter or longer than its Content-Length says.' }),
};

const rules: Readonly<Record<string, (params: Record<string, unknown>) => string>> = {
  required: (params) => `must have "${params.missingProperty}"`,
  additionalProperties: (params) => `must not have "${params.additionalProperty}"`,
  enum: (params) => `must be one of ${(params.allowedValues as unknown[]).join(', ')}`,
  const: (params) => `must be ${JSON.stringify(params.allowedValue)}`,
};

/** One problem of a JSON Schema validation: where, the rule and the fix; the value itself may be personal, so it stays out. */
export function problemOf(error: FastifySchemaValidationError, part: string): Problem {
  const path = `/${part}${error.instancePath}`;
  const rule = rules[error.keyword]?.(error.params) ?? error.message ?? error.keyword;
  return { path, rule, fix: `Correct ${path}: it ${rule}.` };
}

function fromValidation(error: Raised): AppError {
  const part = error.validationContext ?? 'body';
  const problems = (error.validation ?? []).slice(0, maxProblems).map((one) => problemOf(one, part));
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return errors.REQUEST_INVALID({
    detail: `${first ? describeProblem(first) : `${part} must be valid`}${more}.`,
    problems,
  });
}

/** Any thrown value as an AppError; what we did not foresee becomes INTERNAL without a word of its message. */
export function toAppError(error: unknown, request: FastifyRequest): AppError {
  if (error instanceof AppError) return error;
  // Everything that Fastify or a plugin raises carries these fields; all are optional and checked.
  const raised = error as Raised;
  if (raised.validation) return fromValidation(raised);
  const refusal = refusals[raised.code ?? ''];
  if (refusal) return refusal(raised, request);
  const status = raised.statusCode ?? 500;
  if (status < 400 || status >= 500)
    return errors.INTERNAL({ detail: 'The request could not be answered.', cause: error });
  const title = STATUS_CODES[status] ?? 'Refused';
  const row = { httpStatus: status, title, fix: 'Correct the request.' };
  return new AppError(title.toUpperCase().replaceAll(/\W/g, '_'), row, { detail: raised.message, cause: error });
}

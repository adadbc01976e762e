import { fileURLToPath } from 'node:url';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import { bearer, requireRole, type TokenVerifier } from '#kit/auth/index.ts';
import { isAppError } from '#kit/errors.ts';
import type { Routes } from '#kit/http/index.ts';
import { createDirectoryStore, type ObjectStore } from '#kit/objects/index.ts';
import { errors } from '../errors.ts';

/** Where `gm cost --json` is put. */
export const COST_REPORT_KEY = 'reports/cost.json';

const Amount = Type.Object({ base: Type.Number(), peak: Type.Number() });
const Subtotal = Type.Object({ name: Type.String(), usd: Amount });

/** What the page shows of the report; the rest of it stays where it is. */
export const CostReport = Type.Object({
  withinBudgets: Type.Boolean(),
  places: Type.Array(
    Type.Object({
      name: Type.String(),
      kind: Type.String(),
      region: Type.String(),
      verdict: Type.String(),
      total: Amount,
      budget: Type.Optional(Type.Object({ minUsd: Type.Number(), maxUsd: Type.Number() })),
      perMillionEvents: Type.Optional(Amount),
      byAwsService: Type.Array(Subtotal),
      byOwner: Type.Array(Subtotal),
    }),
  ),
});
export type CostReport = Static<typeof CostReport>;

/** The reports of this machine's folder; a bucket cannot be read from here yet. */
export function openReports(url: string): ObjectStore | undefined {
  return url.startsWith('file:') ? createDirectoryStore(fileURLToPath(url)) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Errors: REPORT_NOT_FOUND, REPORT_UNREADABLE. */
async function readReport(store: ObjectStore | undefined): Promise<CostReport> {
  const missing = () => errors.REPORT_NOT_FOUND({ detail: `There is no report ${COST_REPORT_KEY}.` });
  if (!store) throw missing();
  const bytes = await store.read(COST_REPORT_KEY).catch((error: unknown) => {
    throw isAppError(error, 'OBJECT_NOT_FOUND') ? missing() : error;
  });
  const report = parse(bytes.toString('utf8'));
  if (Check(CostReport, report)) return report;
  throw errors.REPORT_UNREADABLE({ detail: `The report ${COST_REPORT_KEY} is not one of this version.` });
}

/** `GET /reports/cost`. Roles: operator, admin. */
export function reportRoutes(tokens: TokenVerifier, store: ObjectStore | undefined): Routes {
  return (server) => {
    server.get('/reports/cost', { schema: { response: { 200: CostReport } } }, async (request, reply) => {
      requireRole(await tokens.verify(bearer(request)), 'operator', 'admin');
      reply.header('cache-control', 'no-store');
      return readReport(store);
    });
  };
}

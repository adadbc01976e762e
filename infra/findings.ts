import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VALIDATION_REPORT_FILE } from 'aws-cdk-lib/cx-api';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** What a check has to say about a construct. */
export interface Finding {
  readonly rule: string;
  /** Path of the construct, which begins with its stack; empty when the finding concerns the app as a whole. */
  readonly path: string;
  readonly description: string;
}

export interface Findings {
  /** Forbid a deployment. */
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** What would be found without a suppression. */
  readonly suppressed: readonly Finding[];
}

const Violation = Type.Object({
  ruleName: Type.String(),
  description: Type.String(),
  severity: Type.Optional(Type.String()),
  violatingConstructs: Type.Array(Type.Object({ constructPath: Type.Optional(Type.String()) })),
});

/** The parts of CDK's validation report that we read (cloud assembly schema 55). */
const Report = Type.Object({
  pluginReports: Type.Array(
    Type.Object({
      violations: Type.Array(Violation),
      suppressedViolations: Type.Optional(Type.Array(Violation)),
    }),
  ),
});

type ReportedViolation = Type.Static<typeof Violation>;

const findingsOf = ({ ruleName, description, violatingConstructs }: ReportedViolation): readonly Finding[] =>
  violatingConstructs.map(({ constructPath = '' }) => ({ rule: ruleName, path: constructPath, description }));

/** What the checks found when the app was synthesized into a folder. Without a report nothing was checked or found. */
export function findingsIn(folder: string): Findings {
  const file = join(folder, VALIDATION_REPORT_FILE);
  if (!existsSync(file)) return { errors: [], warnings: [], suppressed: [] };
  const { pluginReports } = Value.Parse(Report, JSON.parse(readFileSync(file, 'utf8')));
  const violations = pluginReports.flatMap((report) => report.violations);
  return {
    errors: violations.filter(({ severity }) => severity !== 'warning').flatMap(findingsOf),
    warnings: violations.filter(({ severity }) => severity === 'warning').flatMap(findingsOf),
    suppressed: pluginReports.flatMap(({ suppressedViolations = [] }) => suppressedViolations).flatMap(findingsOf),
  };
}

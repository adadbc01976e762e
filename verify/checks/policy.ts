import { exceptionsIn, outcomeOf, policiesIn, type Refusal } from '../policy/kyverno.ts';
import { breachesOf } from '../policy/pod-security.ts';
import { excessesIn } from '../policy/rights.ts';
import { podsIn, type Subject, subjectsIn } from '../policy/subjects.ts';
import { type Findings, mergeFindings, nothingFound, type Problem } from '../report/model.ts';
import { shown } from '../schemas/violation.ts';
import { nameOf } from '../tree/manifest.ts';
import type { Tree } from '../tree/tree.ts';
import { madeByOperators } from '../world/made.ts';
import { namespacesOf } from '../world/objects.ts';
import type { Check } from './check.ts';

const CHECK = 'policy';
const ENFORCED = 'pod-security.kubernetes.io/enforce';

const place = ({ manifest }: Pick<Subject, 'manifest'>) => ({
  check: CHECK,
  environment: manifest.environment,
  file: manifest.file,
  object: nameOf(manifest),
});

const refused = ({ subject, policy, message, error }: Refusal): Problem => ({
  ...place(subject),
  path: subject.path === '' ? 'spec' : `${subject.path}.spec`,
  value: shown(subject.object.spec),
  rule: error === undefined ? `${policy} refuses it: ${message}` : `${policy} cannot judge it: ${error}`,
  fix:
    error === undefined
      ? 'Change it, or give it an exception with a reason in catalog/policies.ts'
      : 'Write the rule so that it has an answer for every object',
});

function kyverno(tree: Tree): Findings {
  const policies = policiesIn(tree);
  const { refusals, exemptions, evaluations } = outcomeOf(policies, exceptionsIn(tree), subjectsIn(tree));
  const signatures = tree.ofKind('ImageValidatingPolicy').length;
  return {
    ...nothingFound,
    problems: refusals.map(refused),
    notes: exemptions.map(({ subject, policy, exception }) => ({
      check: CHECK,
      environment: subject.manifest.environment,
      subject: nameOf(subject.manifest),
      sentence: `exempt from ${policy} by ${exception}`,
    })),
    counts: [{ what: 'rules of Kyverno on objects', count: evaluations }],
    trusted:
      signatures > 0
        ? [{ check: CHECK, subject: 'signatures of images', why: 'only a registry can show them', count: signatures }]
        : [],
  };
}

function podSecurity(tree: Tree): Findings {
  const namespaces = namespacesOf(tree);
  const pods = podsIn(tree);
  const problems = pods.flatMap((subject) => {
    const level = namespaces.get(subject.namespace)?.[ENFORCED];
    return breachesOf(subject.object.spec, `${subject.path}.spec`, level).map(({ control, level: of, at }) => ({
      ...place(subject),
      path: at.path,
      value: shown(at.value ?? 'missing'),
      rule: `Pod Security ${of}, ${control}: namespace ${subject.namespace} enforces ${level}`,
      fix: 'Set it as the level demands',
    }));
  });
  return { ...nothingFound, problems, counts: [{ what: 'pods by Pod Security', count: pods.length }] };
}

function rights(tree: Tree): Findings {
  const problems = excessesIn(tree).map(({ manifest, at, rule, fix }) => ({
    ...place({ manifest }),
    path: at.path,
    value: shown(at.value),
    rule,
    fix,
  }));
  const count = ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'].flatMap((kind) =>
    tree.ofKind(kind),
  ).length;
  return { ...nothingFound, problems, counts: [{ what: 'roles and bindings', count }] };
}

function notSeen(tree: Tree): Findings {
  const { pods } = madeByOperators(tree);
  const why = 'operators make them from their own kinds; only their labels and ports are known here';
  return {
    ...nothingFound,
    trusted: pods.length > 0 ? [{ check: CHECK, subject: 'pods that operators make', why, count: pods.length }] : [],
  };
}

export const policy: Check = {
  name: CHECK,
  summary: 'Nothing that is applied would be refused by Kyverno or Pod Security, and no role is wider than it need be.',
  run: (tree) => mergeFindings([kyverno(tree), podSecurity(tree), rights(tree), notSeen(tree)]),
};

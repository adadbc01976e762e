import {
  type CelFunc,
  type CelInput,
  CelScalar,
  celEnv,
  celFunc,
  celMethod,
  isCelError,
  mapType,
  parse,
  plan,
} from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';

/** What an expression says of its variables: a value, or why it has none. */
export type Verdict = { readonly value: unknown } | { readonly error: string };

export interface Expression {
  evaluate(bindings: Readonly<Record<string, CelInput>>): Verdict;
}

const URL_VALUE = mapType(CelScalar.STRING, CelScalar.STRING);

/** RE2 and ECMAScript read the patterns in use alike. */
const firstMatch = (text: string, pattern: string): string => new RegExp(pattern, 'u').exec(text)?.[0] ?? '';

function urlParts(text: string): Readonly<Record<string, string>> {
  const { protocol, hostname, port, pathname } = new URL(text);
  return { scheme: protocol.slice(0, -1), hostname, port, path: pathname };
}

/** Functions that Kubernetes adds to CEL and that rules at hand use («CEL in Kubernetes», libraries). */
const kubernetesFunctions: readonly CelFunc[] = [
  ...strings,
  celMethod('find', CelScalar.STRING, [CelScalar.STRING], CelScalar.STRING, function (pattern) {
    return firstMatch(this, pattern);
  }),
  celFunc('url', [CelScalar.STRING], URL_VALUE, (text) => urlParts(text)),
  celMethod('getScheme', URL_VALUE, [], CelScalar.STRING, function () {
    return String(this.get('scheme'));
  }),
];

/**
 * Reads an expression once, to be asked many times. One that cannot be read answers with its error each time.
 * `functions` stand beside those of CEL and of Kubernetes.
 */
export function expression(text: string, functions: readonly CelFunc[] = []): Expression {
  const environment = celEnv({ funcs: [...kubernetesFunctions, ...functions] });
  try {
    const planned = plan(environment, parse(text));
    return {
      evaluate(bindings) {
        const result = planned(bindings);
        return isCelError(result) ? { error: result.message } : { value: result };
      },
    };
  } catch (error) {
    return { evaluate: () => ({ error: error instanceof Error ? error.message : String(error) }) };
  }
}

export const isTrue = (verdict: Verdict): boolean => 'value' in verdict && verdict.value === true;

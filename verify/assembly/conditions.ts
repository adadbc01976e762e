import { isFields, Node } from '../tree/node.ts';

/** Values of a template's parameters, by name. */
export type Parameters = Readonly<Record<string, unknown>>;

type TemplateBody = Readonly<Record<string, unknown>>;

/** What the parameters are when nobody says otherwise. */
export const defaultsOf = (template: TemplateBody): Parameters =>
  Object.fromEntries(
    new Node(template)
      .key('Parameters')
      .entries()
      .map(([name, parameter]) => [name, parameter.key('Default').value]),
  );

/** The function of a value such as `{"Fn::If": […]}` and what it is given. */
function functionOf(value: unknown): readonly [name: string, given: unknown] | undefined {
  if (!isFields(value)) return undefined;
  const entries = Object.entries(value);
  return entries.length === 1 ? entries[0] : undefined;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Decides a template's conditions for given parameters. Conditions nest, and CloudFormation forbids circles. */
class Decider {
  readonly #conditions: Node;
  readonly #parameters: Parameters;

  constructor(template: TemplateBody, parameters: Parameters) {
    this.#conditions = new Node(template).key('Conditions');
    this.#parameters = parameters;
  }

  named(name: string): boolean {
    return this.#holds(this.#conditions.key(name).value);
  }

  #holds(condition: unknown): boolean {
    const [name, given] = functionOf(condition) ?? [];
    if (name === 'Condition') return this.named(String(given));
    if (name === 'Fn::Not') return !list(given).every((part) => this.#holds(part));
    if (name === 'Fn::And') return list(given).every((part) => this.#holds(part));
    if (name === 'Fn::Or') return list(given).some((part) => this.#holds(part));
    const [left, right] = list(given).map((part) => JSON.stringify(this.#parameter(part)));
    return name === 'Fn::Equals' && left === right;
  }

  #parameter(value: unknown): unknown {
    const [name, given] = functionOf(value) ?? [];
    return name === 'Ref' && typeof given === 'string' && Object.hasOwn(this.#parameters, given)
      ? this.#parameters[given]
      : value;
  }

  /** A value with each `Fn::If` decided; everything else stays as it is. */
  decide(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item: unknown) => this.decide(item)).filter((item) => !isNoValue(item));
    const [name, given] = functionOf(value) ?? [];
    if (name === 'Fn::If') {
      const [condition, yes, no] = list(given);
      return this.decide(this.named(String(condition)) ? yes : no);
    }
    if (!isFields(value)) return value;
    const entries = Object.entries(value).map(([key, part]) => [key, this.decide(part)] as const);
    return Object.fromEntries(entries.filter(([, part]) => !isNoValue(part)));
  }
}

const isNoValue = (value: unknown): boolean => isFields(value) && value.Ref === 'AWS::NoValue';

/** The resources that CloudFormation makes of a template with these parameters, by logical id. */
export function resourcesFor(template: TemplateBody, parameters: Parameters): readonly (readonly [string, Node])[] {
  const decider = new Decider(template, parameters);
  return new Node(template)
    .key('Resources')
    .entries()
    .filter(([, resource]) => {
      const condition = resource.key('Condition').text;
      return condition === undefined || decider.named(condition);
    })
    .map(([logicalId, resource]) => [logicalId, new Node(decider.decide(resource.value), resource.path)] as const);
}

const YES = 'yes';

/** Switches that a person throws by deploying again: parameters that take `yes` and `no`; here all of them are on. */
export function switchedOn(template: TemplateBody): Parameters | undefined {
  const switches = new Node(template)
    .key('Parameters')
    .entries()
    .filter(([, parameter]) => parameter.list('AllowedValues').some(({ text }) => text === YES));
  if (switches.length === 0) return undefined;
  return { ...defaultsOf(template), ...Object.fromEntries(switches.map(([name]) => [name, YES])) };
}

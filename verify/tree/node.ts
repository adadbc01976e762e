/** Plain data with string keys, as YAML and JSON give it. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;

const step = (path: string, key: string): string => {
  if (!PLAIN_KEY.test(key)) return `${path}["${key}"]`;
  return path === '' ? key : `${path}.${key}`;
};

/**
 * A place in a manifest: a value and the path that leads to it. Going down never throws; what is not there is a node
 * without a value, so that a finder reads like the field's name in the Kubernetes documentation.
 */
export class Node {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path = '') {
    this.value = value;
    this.path = path;
  }

  get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  get text(): string | undefined {
    return typeof this.value === 'string' ? this.value : undefined;
  }

  get number(): number | undefined {
    return typeof this.value === 'number' ? this.value : undefined;
  }

  get fields(): Fields {
    return isFields(this.value) ? this.value : {};
  }

  /** A map whose values are texts, such as labels; other values are left out. */
  get texts(): Readonly<Record<string, string>> {
    const entries = Object.entries(this.fields).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return Object.fromEntries(entries);
  }

  /** `node.at('spec.template')`: fields one below the other; keys with dots go through `key`. */
  at(dotted: string): Node {
    return dotted.split('.').reduce((node: Node, name) => node.key(name), this);
  }

  key(name: string): Node {
    return new Node(
      isFields(this.value) && Object.hasOwn(this.value, name) ? this.value[name] : undefined,
      step(this.path, name),
    );
  }

  items(): readonly Node[] {
    if (!Array.isArray(this.value)) return [];
    return this.value.map((item: unknown, index) => new Node(item, `${this.path}[${index}]`));
  }

  /** The items of a list of objects below `name`, or none. */
  list(dotted: string): readonly Node[] {
    return this.at(dotted).items();
  }

  entries(): readonly (readonly [string, Node])[] {
    return Object.keys(this.fields).map((name) => [name, this.key(name)] as const);
  }

  /** Every text below this node, with its place. */
  *allTexts(): Generator<Node> {
    if (this.text !== undefined) yield this;
    for (const item of this.items()) yield* item.allTexts();
    for (const [, child] of this.entries()) yield* child.allTexts();
  }
}

import { parseSync } from '@swc/core';
import { isObject, type JsonObject } from './sources.ts';

/** A node of swc's tree; the grammar is larger than what is asked of it here. */
export interface SyntaxNode extends JsonObject {
  readonly type: string;
}

export interface FunctionSize {
  /** Line of its first character, from 1. */
  readonly line: number;
  readonly lines: number;
  readonly parameters: number;
  /** The function that it is handed to, such as `describe`; empty when it is handed to none. */
  readonly handedTo: string;
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

export interface Syntax {
  readonly nodes: readonly SyntaxNode[];
  readonly lineOf: (node: SyntaxNode) => number;
  readonly linesOf: (node: SyntaxNode) => number;
}

const isNode = (value: unknown): value is SyntaxNode => isObject(value) && typeof value.type === 'string';

function* walk(value: unknown): Generator<SyntaxNode> {
  if (Array.isArray(value)) for (const item of value) yield* walk(item);
  if (!isObject(value)) return;
  if (isNode(value)) yield value;
  for (const [key, child] of Object.entries(value)) if (key !== 'span') yield* walk(child);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function spanOf(node: JsonObject): Span {
  const { span } = node;
  const { start, end } = isObject(span) ? span : {};
  return { start: Number(start ?? 0), end: Number(end ?? 0) };
}

/** Positions are byte offsets over all files that swc ever read; a leading semicolon pins where this one begins. */
export function parse(file: string, text: string): Syntax {
  const source = `;${text.replace(/^#!/, '//')}`;
  const module: unknown = parseSync(source, { syntax: 'typescript', tsx: file.endsWith('.tsx'), target: 'es2024' });
  const first = isObject(module) ? spanOf(module).start : 0;
  const bytes = Buffer.from(source);
  const starts = [0, ...[...bytes.entries()].filter(([, byte]) => byte === 10).map(([index]) => index + 1)];
  const lineAt = (position: number): number => {
    const offset = position - first;
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
  return {
    nodes: [...walk(module)],
    lineOf: (node) => lineAt(spanOf(node).start),
    linesOf: (node) => lineAt(spanOf(node).end - 1) - lineAt(spanOf(node).start) + 1,
  };
}

const literal = (value: unknown): string | undefined =>
  isNode(value) && value.type === 'StringLiteral' ? String(value.value) : undefined;

const IMPORTS: ReadonlySet<string> = new Set(['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration']);

/** What a call loads: `import('x')` and `require('x')`. */
function loaded(node: SyntaxNode): string | undefined {
  if (node.type !== 'CallExpression' || !isNode(node.callee)) return undefined;
  const loads = node.callee.type === 'Import' || node.callee.value === 'require';
  const [first] = Array.isArray(node.arguments) ? node.arguments : [];
  return loads && isObject(first) ? literal(first.expression) : undefined;
}

/** Everything that a file imports, also for its types, also while it runs. */
export function importsOf({ nodes, lineOf }: Syntax): readonly Import[] {
  return nodes.flatMap((node) => {
    const specifier = IMPORTS.has(node.type) ? literal(node.source) : loaded(node);
    return specifier === undefined ? [] : [{ specifier, line: lineOf(node) }];
  });
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  'ArrowFunctionExpression',
  'ClassMethod',
  'Constructor',
  'FunctionDeclaration',
  'FunctionExpression',
  'GetterProperty',
  'MethodProperty',
  'PrivateMethod',
  'SetterProperty',
]);

/** `describe`, `test.each`, `new Promise`: the name of what is called, without what follows its first dot. */
function calleeOf(node: SyntaxNode): string {
  const { callee } = node;
  if (!isNode(callee)) return '';
  if (callee.type === 'Identifier') return String(callee.value);
  if (callee.type === 'MemberExpression' && isNode(callee.object)) return calleeOf({ ...node, callee: callee.object });
  return callee.type === 'CallExpression' ? calleeOf(callee) : '';
}

function parameterCount(node: SyntaxNode): number {
  const owner = isObject(node.function) ? node.function : node;
  return Array.isArray(owner.params) ? owner.params.length : 0;
}

export function functionsOf({ nodes, lineOf, linesOf }: Syntax): readonly FunctionSize[] {
  const handed = new Map<unknown, string>();
  for (const node of nodes) {
    if (node.type !== 'CallExpression' || !Array.isArray(node.arguments)) continue;
    for (const argument of node.arguments) if (isObject(argument)) handed.set(argument.expression, calleeOf(node));
  }
  return nodes
    .filter(({ type }) => FUNCTIONS.has(type))
    .map((node) => ({
      line: lineOf(node),
      lines: linesOf(node),
      parameters: parameterCount(node),
      handedTo: handed.get(node) ?? '',
    }));
}

const TABLES: ReadonlySet<string> = new Set(['ArrayExpression', 'ObjectExpression']);

/** Lines of the largest literal table in a file. */
export const largestTable = ({ nodes, linesOf }: Syntax): number =>
  Math.max(0, ...nodes.filter(({ type }) => TABLES.has(type)).map(linesOf));

/** Lines where `object.property` is read, such as `process.env`. */
export function membersOf({ nodes, lineOf }: Syntax, object: string, property: string): readonly number[] {
  return nodes
    .filter(
      (node) =>
        node.type === 'MemberExpression' &&
        isNode(node.object) &&
        node.object.type === 'Identifier' &&
        node.object.value === object &&
        isNode(node.property) &&
        node.property.value === property,
    )
    .map(lineOf);
}

/** Lines that make a date of the clock: `new Date()` without arguments. */
export function clockDates({ nodes, lineOf }: Syntax): readonly number[] {
  return nodes
    .filter(
      (node) =>
        node.type === 'NewExpression' &&
        isNode(node.callee) &&
        node.callee.value === 'Date' &&
        (!Array.isArray(node.arguments) || node.arguments.length === 0),
    )
    .map(lineOf);
}

/** Lines where a type is `any`. */
export const anyTypes = ({ nodes, lineOf }: Syntax): readonly number[] =>
  nodes.filter((node) => node.type === 'TsKeywordType' && node.kind === 'any').map(lineOf);

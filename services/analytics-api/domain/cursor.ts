/** A place in a list, as a text that only we read. */
export type Place = readonly (string | number)[];

export const cursorOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** The parts of a cursor when it has one of each kind, in order; undefined for anything else. */
export function placeOf(cursor: string, kinds: readonly ('string' | 'number')[]): Place | undefined {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const fits = Array.isArray(place) && place.length === kinds.length;
    return fits && place.every((part, index) => typeof part === kinds[index]) ? place : undefined;
  } catch {
    return undefined;
  }
}

export interface Page<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** A page out of one row more than it may hold, which says whether there is another page. */
export function pageOf<Node>(rows: readonly Node[], first: number, cursor: (node: Node) => string): Page<Node> {
  const edges = rows.slice(0, first).map((node) => ({ cursor: cursor(node), node }));
  return { edges, pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null } };
}

/** A block of IPv4 addresses, both ends included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Addresses that no rule and no declared place tells apart. */
export interface AddressClass {
  readonly name: string;
  /** One of its addresses, which stands for all of them. */
  readonly sample: number;
}

const ADDRESS_BITS = 32;
const CIDR = /^(?<address>\d+\.\d+\.\d+\.\d+)\/(?<bits>\d+)$/;

/** Nothing for what is no IPv4 block, which the schema check reports. */
export function rangeOf(cidr: string): Range | undefined {
  const { address, bits } = CIDR.exec(cidr)?.groups ?? {};
  if (address === undefined || Number(bits) > ADDRESS_BITS) return undefined;
  const octets = address.split('.').map(Number);
  if (octets.some((octet) => octet > 255)) return undefined;
  const size = 2 ** (ADDRESS_BITS - Number(bits));
  const number = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}

export const contains = (range: Range | undefined, address: number): boolean =>
  range !== undefined && range.first <= address && address <= range.last;

const text = (address: number): string => [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');

/** Splits all of IPv4 by the given blocks: two addresses are of one class when the same blocks have both. */
export function addressClasses(cidrs: readonly string[]): readonly AddressClass[] {
  const blocks = [...new Set(cidrs)].sort().flatMap((cidr) => {
    const range = rangeOf(cidr);
    return range ? [{ cidr, range }] : [];
  });
  const starts = new Set([0, ...blocks.flatMap(({ range }) => [range.first, range.last + 1])]);
  const classes = new Map<string, AddressClass>();
  for (const sample of [...starts].filter((start) => start < 2 ** ADDRESS_BITS).sort((a, b) => a - b)) {
    const around = blocks.filter(({ range }) => contains(range, sample));
    const signature = around.map(({ cidr }) => cidr).join(' ');
    const narrowest = around.reduce(
      (best, block) =>
        best && best.range.last - best.range.first <= block.range.last - block.range.first ? best : block,
      around[0],
    );
    const taken = [...classes.values()].some(({ name }) => name === narrowest?.cidr);
    const name = narrowest && !taken ? narrowest.cidr : `addresses as ${text(sample)}`;
    if (!classes.has(signature)) classes.set(signature, { name, sample });
  }
  return [...classes.values()];
}

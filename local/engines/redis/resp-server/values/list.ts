import { type Static, Type } from 'typebox';
import type { CollectionShape } from './value.ts';

export const listDump = Type.Array(Type.String());

const elementBytes = 40;
const initialCapacity = 8;

/** A list in a ring, so that both ends are cheap; the capacity is a power of two. */
export class ListValue implements CollectionShape {
  readonly kind = 'list';
  #ring: (string | undefined)[] = new Array(initialCapacity);
  #head = 0;
  #size = 0;
  #bytes = 0;

  static restore(dump: Static<typeof listDump>): ListValue {
    const list = new ListValue();
    for (const item of dump) list.pushTail(item);
    return list;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  pushTail(item: string): void {
    this.#grow();
    this.#ring[this.#slot(this.#size)] = item;
    this.#added(item);
  }

  pushHead(item: string): void {
    this.#grow();
    this.#head = this.#slot(this.#ring.length - 1);
    this.#ring[this.#head] = item;
    this.#added(item);
  }

  popTail(): string | undefined {
    return this.#size === 0 ? undefined : this.#taken(this.#slot(this.#size - 1));
  }

  popHead(): string | undefined {
    if (this.#size === 0) return undefined;
    const slot = this.#head;
    this.#head = this.#slot(1);
    return this.#taken(slot);
  }

  /** Items from `start` up to and without `end`, both within the list. */
  slice(start: number, end: number): string[] {
    const items: string[] = [];
    for (let index = start; index < end; index += 1) items.push(this.#ring[this.#slot(index)] ?? '');
    return items;
  }

  dump(): Static<typeof listDump> {
    return this.slice(0, this.#size);
  }

  #slot(index: number): number {
    return (this.#head + index) & (this.#ring.length - 1);
  }

  #grow(): void {
    if (this.#size < this.#ring.length) return;
    const items: (string | undefined)[] = this.slice(0, this.#size);
    items.length = this.#ring.length * 2;
    this.#ring = items;
    this.#head = 0;
  }

  #added(item: string): void {
    this.#size += 1;
    this.#bytes += item.length + elementBytes;
  }

  #taken(slot: number): string {
    const item = this.#ring[slot] ?? '';
    this.#ring[slot] = undefined;
    this.#size -= 1;
    this.#bytes -= item.length + elementBytes;
    return item;
  }
}

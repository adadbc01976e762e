import type { Range } from '../capacity/model.ts';
import type { Price } from './prices/price.ts';

export type { Range } from '../capacity/model.ts';

/** One thing that is paid for, before it is multiplied out. */
export interface LineItem {
  /** `Amazon RDS` */
  readonly awsService: string;
  readonly what: string;
  readonly price: Price;
  /** Units of the price in a month. */
  readonly quantity: Range;
  /** Who causes it: names of our services or components, with shares that sum to one. The platform when absent. */
  readonly owners?: Readonly<Record<string, number>>;
  /** Why it is counted although no template and no manifest has it yet. */
  readonly expected?: string;
}

export interface CostLine extends LineItem {
  /** USD a month; absent when there is no price. */
  readonly usd?: Range;
}

export const constant = (quantity: number): Range => ({ base: quantity, peak: quantity });
export const scaled = ({ base, peak }: Range, factor: number): Range => ({ base: base * factor, peak: peak * factor });
export const add = (ranges: readonly Range[]): Range => ({
  base: ranges.reduce((sum, { base }) => sum + base, 0),
  peak: ranges.reduce((sum, { peak }) => sum + peak, 0),
});

/** A line with its sum. */
export function priced(item: LineItem): CostLine {
  const { usd } = item.price;
  return usd === undefined ? item : { ...item, usd: scaled(item.quantity, usd) };
}

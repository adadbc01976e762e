import { type AcceptedEvent, type PropertiesOf, REVENUE_EVENT_TYPES } from '#catalog/events/index.ts';

export interface Money {
  readonly currency: string;
  /** Minor units; negative for a refund. */
  readonly amount: number;
}

const revenueTypes: ReadonlySet<string> = new Set(REVENUE_EVENT_TYPES);

/** The revenue of a known event: a purchase that names a transaction leaves the money to that transaction. */
export function revenueOf({
  event_type: type,
  properties,
}: Pick<AcceptedEvent, 'event_type' | 'properties'>): Money | undefined {
  if (!revenueTypes.has(type)) return undefined;
  if (type === 'item_purchased' && properties.transaction_id !== undefined) return undefined;
  // Both schemas of the table demand currency and amount, and the event was validated by its own.
  const { currency, amount } = properties as PropertiesOf<'iap_transaction'>;
  return { currency, amount };
}

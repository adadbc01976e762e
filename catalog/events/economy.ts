import { Type } from 'typebox';
import { defineEvent } from './define.ts';
import { Count, Currency, MinorUnits, Text, VirtualCurrency } from './fields.ts';

export const itemViewed = defineEvent({
  type: 'item_viewed',
  version: 1,
  summary: 'An item of the shop was looked at.',
  properties: Type.Object({ item_id: Text, place: Type.Optional(Text) }),
});

export const itemPurchased = defineEvent({
  type: 'item_purchased',
  version: 1,
  summary: 'An item was bought for money; a refund has a negative amount.',
  properties: Type.Object({
    item_id: Text,
    currency: Currency,
    amount: MinorUnits,
    quantity: Type.Optional(Type.Integer({ minimum: 1 })),
    category: Type.Optional(Text),
    transaction_id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description: 'set when an iap_transaction of this id carries the money',
      }),
    ),
  }),
});

export const iapTransaction = defineEvent({
  type: 'iap_transaction',
  version: 1,
  summary: 'A store confirmed an in-app purchase; a refund has a negative amount.',
  properties: Type.Object({
    transaction_id: Text,
    product_id: Text,
    store: Text,
    currency: Currency,
    amount: MinorUnits,
  }),
});

export const economySource = defineEvent({
  type: 'economy_source',
  version: 1,
  summary: 'The player was given virtual currency.',
  properties: Type.Object({ currency: VirtualCurrency, amount: Count, reason: Text }),
});

export const economySink = defineEvent({
  type: 'economy_sink',
  version: 1,
  summary: 'The player spent virtual currency.',
  properties: Type.Object({ currency: VirtualCurrency, amount: Count, reason: Text, item_id: Type.Optional(Text) }),
});

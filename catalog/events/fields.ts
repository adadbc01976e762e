import { Type } from 'typebox';

/** Field shapes that several events share. Unknown properties stay allowed: a game may add its own beside ours. */
export const Text = Type.String({ minLength: 1, maxLength: 256 });
export const Count = Type.Integer({ minimum: 0 });
export const Level = Type.Integer({ minimum: 0, maximum: 1_000_000 });
export const Seconds = Type.Number({ minimum: 0, description: 'seconds' });
export const Millis = Type.Number({ minimum: 0, description: 'milliseconds' });
export const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' });
/** Negative for a refund, which corrects the past. */
export const MinorUnits = Type.Integer({
  minimum: -9_007_199_254_740_991,
  maximum: 9_007_199_254_740_991,
  description: 'money in minor units of the currency, such as cents',
});
export const VirtualCurrency = Type.String({ minLength: 1, maxLength: 64, description: "the game's own currency" });

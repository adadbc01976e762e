import { Random } from './random.ts';
import {
  campaigns,
  type Device,
  devices,
  type Market,
  markets,
  retentionChance,
  type Spender,
  spenders,
} from './world.ts';

/** Who a simulated player is; everything but the progress is fixed by seed and number. */
export interface Player {
  readonly playerId: string;
  readonly market: Market;
  readonly device: Device;
  /** 0 to 1: how often a level is won. */
  readonly skill: number;
  /** Around 1: how often the player comes back and how many sessions a day has. */
  readonly loyalty: number;
  readonly spender: Spender;
  readonly source: (typeof campaigns)[number];
  readonly progress: Progress;
}

/** What changes from session to session. */
export interface Progress {
  sessions: number;
  level: number;
  attempt: number;
  coins: number;
  /** Purchases that may still be refunded, oldest first. */
  refundable: Purchase[];
}

export interface Purchase {
  readonly atMillis: number;
  readonly transactionId: string;
  readonly productId: string;
  readonly currency: string;
  readonly amount: number;
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** The player of a number; the same seed, game and number give the same person. */
export function playerOf(seed: string | number, game: string, number: number): Player {
  const random = new Random(seed, game, 'player', number);
  return {
    playerId: `player-${random.uuid().slice(0, 8)}-${number}`,
    market: random.weighted(markets),
    device: random.weighted(devices),
    skill: clamp(random.normal(0.58, 0.14), 0.15, 0.95),
    loyalty: clamp(Math.exp(random.normal(-0.08, 0.4)), 0.3, 2.5),
    spender: random.weighted(spenders),
    source: random.weighted(campaigns),
    progress: { sessions: 0, level: 1, attempt: 1, coins: 100, refundable: [] },
  };
}

/** Chance to be active on the nth local day after the one of installing. */
export const activeChance = (player: Player, day: number): number =>
  day === 0 ? 1 : clamp(retentionChance(day) * player.loyalty, 0, 0.95);

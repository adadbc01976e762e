/**
 * The world that the simulated players live in. The figures are chosen, not measured: they are plausible for a
 * free-to-play mobile game and make every KPI of the platform move.
 */

interface Weighted {
  /** Relative share. */
  readonly weight: number;
}

export interface Market extends Weighted {
  readonly country: string;
  readonly region: string;
  readonly timeZone: string;
  readonly currency: Currency;
  readonly locale: string;
  /** Typical network delay to the game's servers. */
  readonly pingMillis: number;
}

export type Currency = 'USD' | 'EUR' | 'GBP' | 'JPY' | 'BRL' | 'INR' | 'AUD';

export const markets = [
  {
    country: 'US',
    region: 'us-east',
    timeZone: 'America/New_York',
    currency: 'USD',
    locale: 'en-US',
    pingMillis: 45,
    weight: 16,
  },
  {
    country: 'US',
    region: 'us-west',
    timeZone: 'America/Los_Angeles',
    currency: 'USD',
    locale: 'en-US',
    pingMillis: 50,
    weight: 10,
  },
  {
    country: 'BR',
    region: 'sa-east',
    timeZone: 'America/Sao_Paulo',
    currency: 'BRL',
    locale: 'pt-BR',
    pingMillis: 90,
    weight: 10,
  },
  {
    country: 'GB',
    region: 'eu-west',
    timeZone: 'Europe/London',
    currency: 'GBP',
    locale: 'en-GB',
    pingMillis: 30,
    weight: 8,
  },
  {
    country: 'DE',
    region: 'eu-central',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    locale: 'de-DE',
    pingMillis: 28,
    weight: 10,
  },
  {
    country: 'FR',
    region: 'eu-west',
    timeZone: 'Europe/Paris',
    currency: 'EUR',
    locale: 'fr-FR',
    pingMillis: 32,
    weight: 7,
  },
  {
    country: 'IN',
    region: 'ap-south',
    timeZone: 'Asia/Kolkata',
    currency: 'INR',
    locale: 'en-IN',
    pingMillis: 110,
    weight: 16,
  },
  {
    country: 'JP',
    region: 'ap-northeast',
    timeZone: 'Asia/Tokyo',
    currency: 'JPY',
    locale: 'ja-JP',
    pingMillis: 40,
    weight: 14,
  },
  {
    country: 'AU',
    region: 'ap-southeast',
    timeZone: 'Australia/Sydney',
    currency: 'AUD',
    locale: 'en-AU',
    pingMillis: 65,
    weight: 5,
  },
  {
    country: 'NZ',
    region: 'ap-southeast',
    timeZone: 'Pacific/Auckland',
    currency: 'AUD',
    locale: 'en-NZ',
    pingMillis: 75,
    weight: 4,
  },
] as const satisfies readonly Market[];

export interface Device extends Weighted {
  readonly platform: 'android' | 'ios' | 'pc' | 'console';
  readonly model: string;
  readonly osVersion: string;
  readonly store: string;
  readonly fps: number;
  readonly memoryMiB: number;
}

export const devices = [
  {
    platform: 'android',
    model: 'low-end phone',
    osVersion: '12',
    store: 'google_play',
    fps: 29,
    memoryMiB: 620,
    weight: 22,
  },
  {
    platform: 'android',
    model: 'mid-range phone',
    osVersion: '14',
    store: 'google_play',
    fps: 52,
    memoryMiB: 780,
    weight: 24,
  },
  { platform: 'ios', model: 'phone', osVersion: '18.2', store: 'app_store', fps: 59, memoryMiB: 700, weight: 22 },
  { platform: 'ios', model: 'tablet', osVersion: '18.1', store: 'app_store', fps: 58, memoryMiB: 820, weight: 7 },
  { platform: 'pc', model: 'desktop', osVersion: '11', store: 'steam', fps: 110, memoryMiB: 1900, weight: 16 },
  {
    platform: 'console',
    model: 'console',
    osVersion: '9.4',
    store: 'console_store',
    fps: 60,
    memoryMiB: 2100,
    weight: 9,
  },
] as const satisfies readonly Device[];

export interface Product extends Weighted {
  readonly productId: string;
  readonly itemId: string;
  readonly category: string;
  /** Minor units of each currency; yen has none smaller. */
  readonly prices: Readonly<Record<Currency, number>>;
}

export const products = [
  {
    productId: 'com.example.starter_pack',
    itemId: 'starter_pack',
    category: 'bundle',
    prices: { USD: 199, EUR: 229, GBP: 199, JPY: 300, BRL: 999, INR: 14900, AUD: 299 },
    weight: 30,
  },
  {
    productId: 'com.example.gems_100',
    itemId: 'gems_100',
    category: 'currency',
    prices: { USD: 99, EUR: 119, GBP: 99, JPY: 160, BRL: 549, INR: 7900, AUD: 149 },
    weight: 34,
  },
  {
    productId: 'com.example.gems_600',
    itemId: 'gems_600',
    category: 'currency',
    prices: { USD: 499, EUR: 599, GBP: 499, JPY: 800, BRL: 2799, INR: 39900, AUD: 799 },
    weight: 16,
  },
  {
    productId: 'com.example.battle_pass',
    itemId: 'battle_pass',
    category: 'pass',
    prices: { USD: 999, EUR: 1099, GBP: 899, JPY: 1500, BRL: 5499, INR: 79900, AUD: 1499 },
    weight: 14,
  },
  {
    productId: 'com.example.gems_7000',
    itemId: 'gems_7000',
    category: 'currency',
    prices: { USD: 4999, EUR: 5499, GBP: 4499, JPY: 7800, BRL: 27999, INR: 399900, AUD: 7999 },
    weight: 6,
  },
] as const satisfies readonly Product[];

export interface Campaign extends Weighted {
  readonly source: string;
  readonly campaign?: string;
}

export const campaigns = [
  { source: 'organic', weight: 55 },
  { source: 'ads', campaign: 'launch_video', weight: 25 },
  { source: 'ads', campaign: 'autumn_sale', weight: 12 },
  { source: 'friend', weight: 8 },
] as const satisfies readonly Campaign[];

/** How much is spent: most never pay, a few pay often (chance of a purchase per session). */
export const spenders = [
  { kind: 'none', purchaseChance: 0, weight: 91 },
  { kind: 'small', purchaseChance: 0.08, weight: 7 },
  { kind: 'regular', purchaseChance: 0.2, weight: 1.6 },
  { kind: 'large', purchaseChance: 0.45, weight: 0.4 },
] as const;
export type Spender = (typeof spenders)[number];

export const modes = ['duel', 'squad', 'capture'] as const;
export const maps = ['harbour', 'foundry', 'canyon', 'orchard'] as const;
export const deathCauses = ['fall', 'enemy', 'trap', 'drowned', 'player'] as const;
export const reportReasons = ['cheating', 'abuse', 'away'] as const;
/** How a match ends that is not won. */
export const defeats = [
  { result: 'loss', weight: 8 },
  { result: 'draw', weight: 1 },
  { result: 'abandoned', weight: 1 },
] as const;
export const tutorialSteps = ['move', 'jump', 'fight', 'shop', 'finish'] as const;
export const milestones = [
  { level: 5, achievementId: 'first_steps', points: 5 },
  { level: 15, achievementId: 'climber', points: 10 },
  { level: 30, achievementId: 'veteran', points: 25 },
  { level: 60, achievementId: 'legend', points: 50 },
] as const;

/** Share of the day's sessions that begin in each local hour, 0 to 23: a small peak at lunch, a large one in the evening. */
export const hourlyRhythm = [
  2.2, 1.2, 0.7, 0.5, 0.5, 0.8, 1.8, 3.2, 3.6, 3.4, 3.5, 4.0, 5.4, 5.0, 4.2, 4.3, 4.9, 5.8, 6.8, 7.9, 8.9, 8.6, 7.0,
  4.6,
] as const;

/**
 * Chance that an average player is active on the nth day after installing: about 45 % on day 1, 19 % on day 7 and
 * 10 % on day 30, a power law as retention curves are.
 */
export const retentionChance = (day: number): number => (day <= 0 ? 1 : 0.45 * day ** -0.45);

export const refundChance = 0.06;
/** Between a purchase and its refund. */
export const REFUND_WINDOW_MILLIS = 3 * 86_400_000;
/** A new version of the game every two weeks. */
export const daysPerVersion = 14;

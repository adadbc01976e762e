import type { EventType, IncomingEvent, PropertiesOf } from '#catalog/events/index.ts';
import type { Player, Purchase } from './player.ts';
import type { Random } from './random.ts';
import * as world from './world.ts';

export interface SessionOptions {
  readonly game: string;
  readonly startMillis: number;
  readonly appVersion: string;
  readonly random: Random;
}

/** The events of one session in time order. Changes the player's progress. */
export function playSession(player: Player, options: SessionOptions): readonly IncomingEvent[] {
  return new Session(player, options).play();
}

const SECOND = 1000;
const meanRounds = 3.4;
const maxRounds = 20;
const matchChance = 0.22;
const crashChance = 0.01;

class Session {
  readonly #player: Player;
  readonly #options: SessionOptions;
  readonly #random: Random;
  readonly #sessionId: string;
  readonly #events: IncomingEvent[] = [];
  #atMillis: number;

  constructor(player: Player, options: SessionOptions) {
    this.#player = player;
    this.#options = options;
    this.#random = options.random;
    this.#sessionId = options.random.uuid();
    this.#atMillis = options.startMillis;
  }

  play(): readonly IncomingEvent[] {
    const { progress } = this.#player;
    const first = progress.sessions === 0;
    progress.sessions += 1;
    this.#open(first);
    this.#refund();
    const rounds = Math.min(maxRounds, 1 + Math.floor(this.#random.exponential(meanRounds)));
    for (let round = 0; round < rounds; round += 1) this.#round();
    this.#shop();
    this.#close();
    return this.#events;
  }

  #open(first: boolean): void {
    const { device, market, source } = this.#player;
    if (first) {
      this.#emit('player_registered', source);
      this.#wait(0.2, 0.9);
    }
    const { model, osVersion } = device;
    this.#emit('session_start', { device_model: model, os_version: osVersion, locale: market.locale });
    if (first) this.#tutorial();
  }

  #tutorial(): void {
    for (const [step, name] of world.tutorialSteps.entries()) {
      this.#wait(8, 40);
      const completed = this.#random.chance(0.93);
      this.#emit('tutorial_step', { step: step + 1, name, completed });
      if (!completed) return;
    }
  }

  #round(): void {
    if (this.#random.chance(matchChance)) this.#match();
    else this.#level();
    if (this.#random.chance(0.5)) this.#sample(false);
    if (this.#random.chance(0.18)) this.#look();
  }

  #level(): void {
    const { progress, skill } = this.#player;
    const { level, attempt } = progress;
    this.#wait(2, 15);
    this.#emit('level_started', { level, attempt });
    const duration_seconds = this.#wait(25, 140);
    if (this.#random.chance(skill)) {
      this.#won(level, duration_seconds);
      return;
    }
    if (this.#random.chance(0.7)) this.#die(level);
    this.#emit('level_failed', { level, duration_seconds, reason: this.#random.pick(['lives', 'time', 'quit']) });
    progress.attempt += 1;
  }

  #won(level: number, duration_seconds: number): void {
    const { progress } = this.#player;
    const stars = this.#random.whole(1, 3);
    this.#emit('level_completed', { level, duration_seconds, score: level * 250 + stars * 400, stars });
    this.#emit('progression_gained', { track: 'experience', amount: 40 + stars * 10, level });
    const amount = 10 + stars * 5;
    progress.coins += amount;
    this.#emit('economy_source', { currency: 'coins', amount, reason: 'level_completed' });
    progress.level += 1;
    progress.attempt = 1;
    const milestone = world.milestones.find((one) => one.level === progress.level);
    if (milestone)
      this.#emit('achievement_unlocked', { achievement_id: milestone.achievementId, points: milestone.points });
  }

  #match(): void {
    const mode = this.#random.pick(world.modes);
    const map = this.#random.pick(world.maps);
    const match_id = this.#random.uuid();
    const waited = this.#wait(3, 45);
    this.#emit('matchmaking_complete', {
      wait_millis: Math.round(waited * SECOND),
      mode,
      party_size: this.#random.whole(1, 4),
    });
    this.#wait(1, 5);
    this.#emit('match_start', { match_id, mode, map });
    const duration_seconds = this.#wait(90, 420);
    if (this.#random.chance(0.5)) this.#die();
    const won = this.#random.chance(this.#player.skill);
    const result = won ? 'win' : this.#random.weighted(world.defeats).result;
    this.#emit('match_end', { match_id, mode, result, duration_seconds, score: this.#random.whole(0, 2500) });
    if (this.#random.chance(0.01)) this.#report();
  }

  #die(level?: number): void {
    const [x, y] = [this.#random.whole(0, 4000) / 10, this.#random.whole(0, 4000) / 10];
    this.#emit('player_death', { cause: this.#random.pick(world.deathCauses), x, y, ...(level ? { level } : {}) });
  }

  #report(): void {
    const reported_player_id = `player-${this.#random.uuid().slice(0, 8)}`;
    this.#emit('player_report', { reported_player_id, reason: this.#random.pick(world.reportReasons) });
  }

  #sample(crashed: boolean): void {
    const { device, market } = this.#player;
    const tenth = (value: number) => Math.round(value * 10) / 10;
    this.#emit('performance_sample', {
      fps: tenth(Math.max(5, this.#random.normal(device.fps, device.fps * 0.12))),
      ping_millis: tenth(Math.max(4, market.pingMillis + this.#random.exponential(12))),
      memory_mib: tenth(this.#random.normal(device.memoryMiB, 40)),
      crashed,
    });
  }

  #look(): void {
    const product = this.#random.weighted(world.products);
    this.#emit('item_viewed', { item_id: product.itemId, place: this.#random.pick(['shop', 'popup', 'end_of_level']) });
    const { progress } = this.#player;
    if (progress.coins < 80 || !this.#random.chance(0.4)) return;
    progress.coins -= 80;
    this.#emit('economy_sink', { currency: 'coins', amount: 80, reason: 'boost', item_id: 'boost_small' });
  }

  #shop(): void {
    const { market, progress, spender, device } = this.#player;
    if (!this.#random.chance(spender.purchaseChance)) return;
    const product = this.#random.weighted(world.products);
    this.#wait(5, 60);
    this.#emit('item_viewed', { item_id: product.itemId, place: 'shop' });
    this.#wait(2, 30);
    const { currency } = market;
    const amount = product.prices[currency];
    const purchase = { item_id: product.itemId, currency, amount, quantity: 1, category: product.category };
    // One in ten is paid on the game's own site: no store confirms it, so the purchase itself carries the money.
    if (this.#random.chance(0.1)) {
      this.#emit('item_purchased', purchase);
      return;
    }
    const transaction_id = this.#random.uuid();
    this.#emit('item_purchased', { ...purchase, transaction_id });
    this.#wait(0.3, 3);
    const bought = { transaction_id, product_id: product.productId, store: device.store, currency, amount };
    this.#emit('iap_transaction', bought);
    if (this.#random.chance(world.refundChance)) progress.refundable.push(this.#purchase(bought));
  }

  #purchase(bought: PropertiesOf<'iap_transaction'>): Purchase {
    const { transaction_id: transactionId, product_id: productId, currency, amount } = bought;
    return { atMillis: this.#atMillis, transactionId, productId, currency, amount };
  }

  /** A refund shows up when the player comes back: negative, so that it corrects the past. */
  #refund(): void {
    const { progress, device } = this.#player;
    const purchase = progress.refundable.shift();
    if (!purchase || this.#atMillis - purchase.atMillis > world.REFUND_WINDOW_MILLIS) return;
    const { transactionId: transaction_id, productId: product_id, currency } = purchase;
    this.#wait(0.5, 3);
    this.#emit('iap_transaction', {
      transaction_id,
      product_id,
      store: device.store,
      currency,
      amount: -purchase.amount,
    });
  }

  #close(): void {
    this.#wait(1, 30);
    if (this.#random.chance(crashChance)) {
      this.#sample(true);
      return;
    }
    const duration_seconds = Math.round((this.#atMillis - this.#options.startMillis) / SECOND);
    this.#emit('session_end', { duration_seconds });
  }

  /** Lets time pass; answers how many seconds, to the millisecond. */
  #wait(fromSeconds: number, toSeconds: number): number {
    const millis = Math.round(this.#random.between(fromSeconds, toSeconds) * SECOND);
    this.#atMillis += millis;
    return millis / SECOND;
  }

  #emit<Type extends EventType>(type: Type, properties: PropertiesOf<Type>): void {
    const { playerId, device, market } = this.#player;
    // Events of one moment keep their order: a millisecond apart.
    this.#atMillis += 1;
    this.#events.push({
      event_id: this.#random.uuid(),
      event_type: type,
      event_version: 1,
      game_id: this.#options.game,
      player_id: playerId,
      session_id: this.#sessionId,
      event_timestamp: new Date(this.#atMillis).toISOString(),
      app_version: this.#options.appVersion,
      platform: device.platform,
      region: market.region,
      country: market.country,
      properties,
    });
  }
}

import { useMemo, useState } from 'react';
import { type Kpis as Answer, kpisQuery, type Money, typesQuery } from '../api/documents.ts';
import { useQuery } from '../api/use.ts';
import { daysAxis } from '../charts/axes.ts';
import { Plot } from '../charts/plot.tsx';
import { Retention } from '../components/heat.tsx';
import { Panel } from '../components/panel.tsx';
import { Empty, Failed, Loading, Stale } from '../components/states.tsx';
import { Tile } from '../components/tile.tsx';
import { count, dayIn, major, money, percent } from '../format.ts';
import type { PageProps } from '../routes.ts';

const REFRESH_MILLIS = 30_000;
const RANGES = [14, 30, 90] as const;
const USUAL_STEPS = ['session_start', 'match_end', 'item_purchased'] as const;

type Game = NonNullable<Answer['game']>;

const amountIn = (revenue: readonly Money[], currency: string | undefined): number =>
  revenue.find((one) => one.currency === currency)?.amountMinor ?? 0;

/** One currency at a time, first the one with the most money. */
function Revenue({ days }: { readonly days: Game['days'] }) {
  const currencies = useMemo(() => {
    const sums = new Map<string, number>();
    for (const { revenue } of days)
      for (const { currency, amountMinor } of revenue) sums.set(currency, (sums.get(currency) ?? 0) + amountMinor);
    return [...sums].sort(([, one], [, other]) => other - one).map(([currency]) => currency);
  }, [days]);
  const [chosen, setChosen] = useState<string>();
  const currency = currencies.find((one) => one === chosen) ?? currencies[0];
  const times = useMemo(() => days.map(({ date }) => Date.parse(date) / 1_000), [days]);
  const total = days.reduce((sum, { revenue }) => sum + amountIn(revenue, currency), 0);
  const values = useMemo(
    () => days.map(({ revenue }) => major({ currency: currency ?? 'EUR', amountMinor: amountIn(revenue, currency) })),
    [days, currency],
  );
  return (
    <Panel
      title="Revenue"
      note={currency ? `${money({ currency, amountMinor: total })}, refunds taken off` : 'none yet'}
      size="half"
    >
      {currencies.length > 1 && (
        <label className="choice">
          <span className="caption">Currency</span>
          <select value={currency} onChange={(event) => setChosen(event.target.value)}>
            {currencies.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      <Plot
        title={`${currency ?? 'Money'} a day`}
        description={`Revenue a day; in all ${currency ? money({ currency, amountMinor: total }) : 'none'}`}
        {...{ times, values, axis: daysAxis, kind: 'bars', colour: '--accent', height: 180 }}
      />
    </Panel>
  );
}

function ActivePlayers({ days }: { readonly days: Game['days'] }) {
  const times = useMemo(() => days.map(({ date }) => Date.parse(date) / 1_000), [days]);
  const values = useMemo(() => days.map(({ activePlayers }) => activePlayers), [days]);
  const latest = days.at(-1);
  return (
    <Panel title="Active players" note={`${count(latest?.weeklyActivePlayers ?? 0)} in the last 7 days`} size="half">
      <Plot
        title="Players with an event on the day"
        description={`Active players a day; at most ${count(Math.max(0, ...values))}`}
        {...{ times, values, axis: daysAxis, kind: 'bars', colour: '--second', height: 180 }}
      />
    </Panel>
  );
}

interface FunnelProps {
  readonly steps: Game['funnel']['steps'];
  readonly types: readonly string[];
  readonly onChoose: (steps: readonly string[]) => void;
}

function Funnel({ steps, types, onChoose }: FunnelProps) {
  const chosen = steps.map(({ type }) => type);
  const choose = (place: number, type: string): void =>
    onChoose(chosen.map((one, index) => (index === place ? type : one)));
  return (
    <Panel title="Funnel" note="players who did one after the other" size="half">
      <ol className="funnel">
        {steps.map(({ type, players, share }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a type may be at several places; the place is the step
          <li key={place}>
            <label>
              <span className="hidden">Step {place + 1}</span>
              <select value={type} onChange={(event) => choose(place, event.target.value)}>
                {[...new Set([type, ...types])].map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            </label>
            <meter min={0} max={1} value={share ?? 0} aria-label={`share of step ${place + 1}, ${type}`} />
            <span className="number">
              {count(players)} <span className="quiet">{percent(share)}</span>
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function TopItems({ items }: { readonly items: Game['topItems']['items'] }) {
  return (
    <Panel title="Top items" note="most often bought" size="half">
      {items.length === 0 ? (
        <p className="quiet">Nothing was bought or looked at in these days.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Item</th>
              <th scope="col" className="number">
                Bought
              </th>
              <th scope="col" className="number narrow-hide">
                Viewed
              </th>
              <th scope="col" className="number">
                Revenue
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ itemId, purchases, views, revenue }) => (
              <tr key={itemId}>
                <th scope="row">
                  <code>{itemId}</code>
                </th>
                <td className="number">{count(purchases)}</td>
                <td className="number narrow-hide">{count(views)}</td>
                <td className="number">{revenue.map((one) => money(one)).join(' · ') || '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Performance({ performance }: { readonly performance: Game['performance'] }) {
  const { samples, crashRate, fps, pingMillis } = performance;
  return (
    <Panel title="On the devices" note={`${count(samples)} samples`}>
      <dl className="tiles">
        <Tile
          label="Frames a second"
          value={fps ? fps.p50 : '–'}
          detail={fps ? `5 % have ${fps.p5} or fewer` : 'no sample'}
        />
        <Tile label="Worst frames" value={fps ? fps.p1 : '–'} detail="1 % have this or fewer" />
        <Tile
          label="Latency"
          value={pingMillis ? `${pingMillis.p50} ms` : '–'}
          detail={pingMillis ? `5 % have ${pingMillis.p95} ms or more` : 'no sample'}
        />
        <Tile label="Crashes" value={percent(crashRate)} detail="of samples followed one" />
      </dl>
    </Panel>
  );
}

/** The figures of a range of days. */
export function Kpis({ game }: PageProps) {
  const [length, setLength] = useState<number>(RANGES[0]);
  const [steps, setSteps] = useState<readonly string[]>(USUAL_STEPS);
  const to = dayIn(game.timeZone, Date.now());
  const from = dayIn(game.timeZone, Date.now(), 1 - length);
  const loaded = useQuery(kpisQuery, { gameId: game.id, from, to, steps }, REFRESH_MILLIS);
  const types = useQuery(typesQuery, { gameId: game.id, from, to });
  if (loaded.state === 'loading') return <Loading what="KPIs" />;
  if (loaded.state === 'failed') return <Failed message={loaded.message} retry={loaded.retry} />;
  const answer = loaded.data.game;
  if (!answer || answer.days.every(({ events }) => events === 0))
    return <Empty title="No event in these days" hint="npm run gm -- simulate --players 100 --days 14" />;
  const known = types.state === 'ready' ? (types.data.game?.eventTypes.map(({ type }) => type) ?? []) : [];
  return (
    <div className="grid">
      {loaded.stale && <Stale message={loaded.stale} />}
      <fieldset className="ranges whole">
        <legend className="hidden">Days shown</legend>
        {RANGES.map((days) => (
          <label key={days}>
            <input type="radio" name="range" checked={days === length} onChange={() => setLength(days)} />
            <span>{days} days</span>
          </label>
        ))}
      </fieldset>
      <ActivePlayers days={answer.days} />
      <Revenue days={answer.days} />
      <Funnel steps={answer.funnel.steps} types={known} onChoose={setSteps} />
      <TopItems items={answer.topItems.items} />
      <Performance performance={answer.performance} />
      <Retention cohorts={answer.retention} />
    </div>
  );
}

import { useCallback, useEffect, useMemo, useState } from 'react';
import { type EventRate, type Game, type LiveRate, liveRateSubscription } from '../api/documents.ts';
import { useLive } from '../api/use.ts';
import { minutesAxis, secondsAxis } from '../charts/axes.ts';
import { Plot } from '../charts/plot.tsx';
import { Panel } from '../components/panel.tsx';
import { age, count, rate } from '../format.ts';

const WINDOW_SECONDS = 120;
/** One message a second, and one more at the edge. */
const POINTS_KEPT = WINDOW_SECONDS + 1;
const CLOCK_MILLIS = 1_000;

function useClock(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), CLOCK_MILLIS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function freshness(latest: LiveRate | undefined, nowMillis: number): string {
  if (!latest) return 'waiting for the first message';
  return latest.dataAsOf === null ? 'nothing processed yet' : `data as of ${age(latest.dataAsOf, nowMillis)} ago`;
}

/** What the game looks like at this moment. */
function Now({ latest }: { readonly latest: LiveRate | undefined }) {
  return (
    <dl>
      <div className="tile big">
        <dt>Events a second</dt>
        <dd>
          <span className="value" data-testid="events-per-second">
            {latest ? rate(latest.eventsPerSecond) : '–'}
          </span>
        </dd>
      </div>
      <div className="tile big">
        <dt>Players online</dt>
        <dd>
          <span className="value" data-testid="players-online">
            {latest ? count(latest.playersOnline) : '–'}
          </span>
          <span className="quiet">in the last 5 minutes</span>
        </dd>
      </div>
    </dl>
  );
}

function Rates({ points, timeZone }: { readonly points: readonly LiveRate[]; readonly timeZone: string }) {
  const axis = useMemo(() => secondsAxis(timeZone, WINDOW_SECONDS), [timeZone]);
  const times = useMemo(() => points.map(({ at }) => Date.parse(at) / 1_000), [points]);
  const values = useMemo(() => points.map(({ eventsPerSecond }) => eventsPerSecond), [points]);
  const now = values.at(-1);
  return (
    <Plot
      title="Events a second, last 2 minutes"
      description={`Events a second over the last two minutes; now ${now === undefined ? 'unknown' : rate(now)}`}
      {...{ times, values, axis, kind: 'area', colour: '--accent', height: 180 }}
    />
  );
}

function History({ minutes, timeZone }: { readonly minutes: readonly EventRate[]; readonly timeZone: string }) {
  const axis = useMemo(() => minutesAxis(timeZone), [timeZone]);
  const times = useMemo(() => minutes.map(({ minute }) => Date.parse(minute) / 1_000), [minutes]);
  const values = useMemo(() => minutes.map(({ events }) => events), [minutes]);
  return (
    <Plot
      title={`Events a minute, last ${minutes.length} minutes`}
      description={`Events a minute over the last ${minutes.length} minutes; at most ${count(Math.max(0, ...values))}`}
      {...{ times, values, axis, kind: 'bars', colour: '--accent', height: 180 }}
    />
  );
}

/** The event rate as it happens, and the half hour before. */
export function Live({ game, history }: { readonly game: Game; readonly history: readonly EventRate[] }) {
  const [points, setPoints] = useState<readonly LiveRate[]>([]);
  const now = useClock();
  const onRate = useCallback(
    ({ liveRate }: { liveRate: LiveRate }) => setPoints((before) => [...before.slice(1 - POINTS_KEPT), liveRate]),
    [],
  );
  useLive(liveRateSubscription, { gameId: game.id }, onRate);
  const latest = points.at(-1);
  return (
    <Panel title="Live" note={`${freshness(latest, now)} · times in ${game.timeZone}`}>
      <div className="live">
        <Now latest={latest} />
        <Rates points={points} timeZone={game.timeZone} />
        <History minutes={history} timeZone={game.timeZone} />
      </div>
    </Panel>
  );
}

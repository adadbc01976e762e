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
  const axes = useMemo(
    () => ({ seconds: secondsAxis(game.timeZone, WINDOW_SECONDS), minutes: minutesAxis(game.timeZone) }),
    [game.timeZone],
  );
  const rates = useMemo(() => points.map(({ eventsPerSecond }) => eventsPerSecond), [points]);
  const moments = useMemo(() => points.map(({ at }) => Date.parse(at) / 1_000), [points]);
  const counts = useMemo(() => history.map(({ events }) => events), [history]);
  const minutes = useMemo(() => history.map(({ minute }) => Date.parse(minute) / 1_000), [history]);
  return (
    <Panel title="Live" note={`${freshness(latest, now)} · times in ${game.timeZone}`}>
      <div className="live">
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
        <Plot
          title="Events a second, last 2 minutes"
          description={`Events a second over the last two minutes; now ${latest ? rate(latest.eventsPerSecond) : 'unknown'}`}
          times={moments}
          values={rates}
          kind="area"
          colour="--accent"
          axis={axes.seconds}
          height={180}
        />
        <Plot
          title={`Events a minute, last ${history.length} minutes`}
          description={`Events a minute over the last ${history.length} minutes; at most ${count(Math.max(0, ...counts))}`}
          times={minutes}
          values={counts}
          kind="bars"
          colour="--accent"
          axis={axes.minutes}
          height={180}
        />
      </div>
    </Panel>
  );
}

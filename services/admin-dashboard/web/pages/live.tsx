import { useCallback, useEffect, useState } from 'react';
import { type EventRate, type Game, type LiveRate, liveRateSubscription } from '../api/documents.ts';
import { useLive } from '../api/use.ts';
import { Plot } from '../charts/plot.tsx';
import { Panel } from '../components/panel.tsx';
import { age, count } from '../format.ts';

/** Two minutes of one message a second. */
const POINTS_KEPT = 120;
const CLOCK_MILLIS = 1_000;

function useClock(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), CLOCK_MILLIS);
    return () => clearInterval(timer);
  }, []);
  return now;
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
    <Panel
      title="Live"
      note={latest ? `data as of ${age(latest.dataAsOf, now)} ago` : 'waiting for the first message'}
      wide
    >
      <div className="live">
        <dl>
          <div className="tile big">
            <dt>Events a second</dt>
            <dd>
              <span className="value" data-testid="events-per-second">
                {latest ? count(latest.eventsPerSecond) : '–'}
              </span>
            </dd>
          </div>
          <div className="tile big">
            <dt>Players online</dt>
            <dd>
              <span className="value">{latest ? count(latest.playersOnline) : '–'}</span>
              <span className="quiet">in the last 5 minutes</span>
            </dd>
          </div>
        </dl>
        <figure>
          <Plot
            description={`Events a second, last two minutes; now ${latest?.eventsPerSecond ?? 'unknown'}`}
            times={points.map(({ at }) => Date.parse(at) / 1_000)}
            values={points.map(({ eventsPerSecond }) => eventsPerSecond)}
            series={{ label: 'events a second', colour: '--accent', kind: 'area' }}
            height={180}
          />
          <figcaption>Events a second, last two minutes</figcaption>
        </figure>
        <figure>
          <Plot
            description={`Events a minute, last ${history.length} minutes`}
            times={history.map(({ minute }) => Date.parse(minute) / 1_000)}
            values={history.map(({ events }) => events)}
            series={{ label: 'events a minute', colour: '--accent', kind: 'bars' }}
            height={180}
          />
          <figcaption>Events a minute, last {history.length} minutes</figcaption>
        </figure>
      </div>
    </Panel>
  );
}

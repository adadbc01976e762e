import { useCallback, useMemo, useState } from 'react';
import { type Day, type Overview as OverviewAnswer, overviewQuery, todaySubscription } from '../api/documents.ts';
import { useLive, useQuery } from '../api/use.ts';
import { daysAxis } from '../charts/axes.ts';
import { Plot } from '../charts/plot.tsx';
import { Retention } from '../components/heat.tsx';
import { Panel } from '../components/panel.tsx';
import { Empty, Failed, Loading, Stale } from '../components/states.tsx';
import { count, dayIn } from '../format.ts';
import type { PageProps } from '../routes.ts';
import { Live } from './live.tsx';
import { Today } from './today.tsx';

const DAYS_SHOWN = 14;
const MINUTES_SHOWN = 30;
const REFRESH_MILLIS = 10_000;
const TOP_TYPES = 8;

type Answer = NonNullable<OverviewAnswer['game']>;

/** The live page of one game. */
export function Overview({ game }: PageProps) {
  const to = dayIn(game.timeZone, Date.now());
  const from = dayIn(game.timeZone, Date.now(), 1 - DAYS_SHOWN);
  const loaded = useQuery(overviewQuery, { gameId: game.id, from, to, minutes: MINUTES_SHOWN }, REFRESH_MILLIS);
  const [live, setLive] = useState<Day>();
  const onToday = useCallback(({ today }: { today: Day }) => setLive(today), []);
  useLive(todaySubscription, { gameId: game.id }, onToday);
  if (loaded.state === 'loading') return <Loading what={game.name} />;
  if (loaded.state === 'failed') return <Failed message={loaded.message} retry={loaded.retry} />;
  const answer = loaded.data.game;
  if (!answer) return <Empty title="This game is gone" hint="reload the page" />;
  const today = live?.date === answer.today.date ? live : answer.today;
  const yesterday = answer.days.at(-2);
  return (
    <div className="grid">
      {loaded.stale && <Stale message={loaded.stale} />}
      <Live game={game} history={answer.eventRate} />
      <Today game={game} day={today} yesterday={yesterday} />
      <Figures answer={answer} />
    </div>
  );
}

function Figures({ answer }: { readonly answer: Answer }) {
  const { days, today } = answer;
  const times = useMemo(() => days.map(({ date }) => Date.parse(date) / 1_000), [days]);
  const players = useMemo(() => days.map(({ activePlayers }) => activePlayers), [days]);
  const nothing = days.every(({ events }) => events === 0);
  if (nothing) return <Empty title="No event yet" hint="npm run gm -- simulate --players 100 --days 7" />;
  return (
    <>
      <Panel title="Active players" note={`last ${DAYS_SHOWN} days`} size="most">
        <Plot
          title="Players with an event on the day"
          description={`Active players a day over the last ${DAYS_SHOWN} days; today ${count(today.activePlayers)}`}
          times={times}
          values={players}
          kind="bars"
          colour="--second"
          axis={daysAxis}
          height={320}
        />
      </Panel>
      <EventTypes types={answer.eventTypes} />
      <Retention cohorts={answer.retention} />
    </>
  );
}

function EventTypes({ types }: { readonly types: Answer['eventTypes'] }) {
  const most = types[0]?.events ?? 1;
  if (types.length === 0)
    return (
      <Panel title="Event types" note="today" size="rest">
        <p className="quiet">No event today yet.</p>
      </Panel>
    );
  return (
    <Panel title="Event types" note="today" size="rest">
      <table>
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col" className="number">
              Events
            </th>
          </tr>
        </thead>
        <tbody>
          {types.slice(0, TOP_TYPES).map(({ type, events }) => (
            <tr key={type}>
              <th scope="row">
                <code>{type}</code>
                <meter min={0} max={most} value={events} aria-label={`share of ${type}`} />
              </th>
              <td className="number">{count(events)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

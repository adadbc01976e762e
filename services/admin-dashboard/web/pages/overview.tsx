import { useCallback, useState } from 'react';
import {
  type Day,
  type Game,
  type Overview as OverviewAnswer,
  overviewQuery,
  todaySubscription,
} from '../api/documents.ts';
import { useLive, useQuery } from '../api/use.ts';
import { Plot } from '../charts/plot.tsx';
import { Panel } from '../components/panel.tsx';
import { Empty, Failed, Loading } from '../components/states.tsx';
import { count, dayIn, percent } from '../format.ts';
import { Live } from './live.tsx';
import { Today } from './today.tsx';

const DAYS_SHOWN = 14;
const MINUTES_SHOWN = 30;
const REFRESH_MILLIS = 10_000;
const TOP_TYPES = 8;

type Answer = NonNullable<OverviewAnswer['game']>;

/** The live page of one game. */
export function Overview({ game }: { readonly game: Game }) {
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
      <Live game={game} history={answer.eventRate} />
      <Today game={game} day={today} yesterday={yesterday} />
      <Figures answer={answer} timeZone={game.timeZone} />
    </div>
  );
}

function Figures({ answer, timeZone }: { readonly answer: Answer; readonly timeZone: string }) {
  const nothing = answer.days.every(({ events }) => events === 0);
  if (nothing) return <Empty title="No event yet" hint="npm run gm -- simulate --players 100 --days 7" />;
  return (
    <>
      <Panel title="Active players" note={`last ${DAYS_SHOWN} days`}>
        <Plot
          description={`Active players a day over the last ${DAYS_SHOWN} days; today ${answer.today.activePlayers}`}
          times={answer.days.map(({ date }) => Date.parse(`${date}T12:00:00Z`) / 1_000)}
          values={answer.days.map(({ activePlayers }) => activePlayers)}
          series={{ label: 'active players', colour: '--second', kind: 'bars' }}
          height={220}
          timeZone={timeZone}
        />
      </Panel>
      <EventTypes types={answer.eventTypes} />
      <Retention cohorts={answer.retention} />
    </>
  );
}

function EventTypes({ types }: { readonly types: Answer['eventTypes'] }) {
  const most = types[0]?.events ?? 1;
  return (
    <Panel title="Event types" note="today">
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

/** Darker means that more of the cohort came back. */
const shade = (rate: number | null): string => (rate === null ? 'none' : String(Math.min(5, Math.ceil(rate * 10))));

function Retention({ cohorts }: { readonly cohorts: Answer['retention'] }) {
  const shown = cohorts.filter(({ size }) => size > 0).slice(-DAYS_SHOWN);
  return (
    <Panel title="Retention" note="share of a day's new players who came back" wide>
      <table className="heat">
        <thead>
          <tr>
            {['Cohort', 'New players', 'Day 1', 'Day 7', 'Day 30'].map((title) => (
              <th key={title} scope="col" className={title === 'Cohort' ? '' : 'number'}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ date, size, ...rates }) => (
            <tr key={date}>
              <th scope="row">{date}</th>
              <td className="number">{count(size)}</td>
              {([rates.day1, rates.day7, rates.day30] as const).map((rate, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the three columns never move
                <td key={index} className="number" data-shade={shade(rate)}>
                  {percent(rate)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

import { useMemo } from 'react';
import { type Pipeline as Answer, pipelineQuery } from '../api/documents.ts';
import { useQuery } from '../api/use.ts';
import { minutesAxis } from '../charts/axes.ts';
import { Plot } from '../charts/plot.tsx';
import { Panel } from '../components/panel.tsx';
import { Failed, Loading, Stale } from '../components/states.tsx';
import { Tile } from '../components/tile.tsx';
import { count, dayIn, rate } from '../format.ts';
import type { PageProps } from '../routes.ts';

const MINUTES_SHOWN = 30;
const REFRESH_MILLIS = 5_000;
const LETTER_DAYS = 7;
const TYPES_SHOWN = 8;
/** Of the specification: accept to queryable, p95. */
const FRESH_SECONDS = 5;
const SECONDS_OF_TYPES = 600;

type Game = NonNullable<Answer['game']>;
type Minute = Game['pipeline']['minutes'][number];

const FATES = ['stored', 'deduplicated', 'deadLettered', 'suppressed'] as const;
const FATE_NAMES = {
  stored: 'stored',
  deduplicated: 'came before',
  deadLettered: 'dead-lettered',
  suppressed: 'suppressed',
} as const;

const sumOf = (minutes: readonly Minute[], of: (minute: Minute) => number): number =>
  minutes.reduce((sum, minute) => sum + of(minute), 0);

function Health({ pipeline }: { readonly pipeline: Game['pipeline'] }) {
  const { minutes, delaySeconds } = pipeline;
  const consumed = sumOf(minutes, (minute) => minute.consumed);
  const settled = FATES.reduce((all, fate) => all + sumOf(minutes, (minute) => minute[fate]), 0);
  const lost = consumed - settled;
  const fresh = delaySeconds !== null && delaySeconds <= FRESH_SECONDS;
  return (
    <Panel title="Health" note={`last ${MINUTES_SHOWN} minutes`}>
      <dl className="tiles">
        <Tile
          label="Freshness"
          value={<span data-testid="delay">{delaySeconds === null ? '–' : `${rate(delaySeconds)} s`}</span>}
          detail={
            delaySeconds === null
              ? 'nothing processed yet'
              : fresh
                ? `within ${FRESH_SECONDS} s`
                : `behind; the target is ${FRESH_SECONDS} s`
          }
        />
        <Tile
          label="Conservation"
          value={
            <span data-testid="conservation" className={lost === 0 ? 'good' : 'bad'}>
              {lost === 0 ? 'balanced' : `${count(lost)} unaccounted`}
            </span>
          }
          detail={`${count(consumed)} read, ${count(settled)} settled`}
        />
        <Tile
          label="Stored"
          value={count(sumOf(minutes, ({ stored }) => stored))}
          detail={`${rate(sumOf(minutes, ({ stored }) => stored) / (MINUTES_SHOWN * 60))} a second`}
        />
        <Tile
          label="Dead-lettered"
          value={count(sumOf(minutes, ({ deadLettered }) => deadLettered))}
          detail={`${count(sumOf(minutes, ({ deduplicated }) => deduplicated))} had come before`}
        />
      </dl>
    </Panel>
  );
}

function Stored({ minutes, timeZone }: { readonly minutes: readonly Minute[]; readonly timeZone: string }) {
  const axis = useMemo(() => minutesAxis(timeZone), [timeZone]);
  const times = useMemo(() => minutes.map(({ minute }) => Date.parse(minute) / 1_000), [minutes]);
  const values = useMemo(() => minutes.map(({ consumed }) => consumed), [minutes]);
  return (
    <Panel title="Accepted events" note="by the minute of their acceptance" size="half">
      <Plot
        title="Events a minute"
        description={`Events read a minute; at most ${count(Math.max(0, ...values))}`}
        {...{ times, values, axis, kind: 'bars', colour: '--accent', height: 180 }}
      />
    </Panel>
  );
}

function Concurrent({ concurrent, timeZone }: { readonly concurrent: Game['concurrent']; readonly timeZone: string }) {
  const axis = useMemo(() => minutesAxis(timeZone), [timeZone]);
  const times = useMemo(() => concurrent.minutes.map(({ minute }) => Date.parse(minute) / 1_000), [concurrent]);
  const values = useMemo(() => concurrent.minutes.map(({ players }) => players), [concurrent]);
  return (
    <Panel title="Players online" note={`at most ${count(concurrent.peak)}`} size="half">
      <Plot
        title="Players in the last five minutes, by minute"
        description={`Players online by minute; at most ${count(concurrent.peak)}`}
        {...{ times, values, axis, kind: 'area', colour: '--second', height: 180 }}
      />
    </Panel>
  );
}

function Fates({ minutes }: { readonly minutes: readonly Minute[] }) {
  const consumed = Math.max(
    1,
    sumOf(minutes, (minute) => minute.consumed),
  );
  return (
    <Panel title="What became of them" note={`last ${MINUTES_SHOWN} minutes`} size="half">
      <table>
        <thead>
          <tr>
            <th scope="col">Fate</th>
            <th scope="col" className="number">
              Events
            </th>
          </tr>
        </thead>
        <tbody>
          {FATES.map((fate) => (
            <tr key={fate}>
              <th scope="row">
                {FATE_NAMES[fate]}
                <meter
                  min={0}
                  max={consumed}
                  value={sumOf(minutes, (minute) => minute[fate])}
                  aria-label={`share of ${FATE_NAMES[fate]}`}
                />
              </th>
              <td className="number">{count(sumOf(minutes, (minute) => minute[fate]))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Types({ types }: { readonly types: Game['typeRates']['types'] }) {
  return (
    <Panel title="Event types" note="last 10 minutes, by the clock of the clients" size="half">
      {types.length === 0 ? (
        <p className="none">No event in the last ten minutes.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Type</th>
              <th scope="col" className="number">
                A second
              </th>
            </tr>
          </thead>
          <tbody>
            {types.slice(0, TYPES_SHOWN).map(({ type, total }) => (
              <tr key={type}>
                <th scope="row">
                  <code>{type}</code>
                </th>
                <td className="number">{rate(total / SECONDS_OF_TYPES)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Letters({ reasons }: { readonly reasons: Game['deadLetterCounts']['reasons'] }) {
  return (
    <Panel title="Dead letters" note={`last ${LETTER_DAYS} days`}>
      {reasons.length === 0 ? (
        <p className="none">None. Every event could be read and stored.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Reason</th>
              <th scope="col">Status</th>
              <th scope="col" className="number">
                Letters
              </th>
            </tr>
          </thead>
          <tbody>
            {reasons.map(({ reason, status, letters }) => (
              <tr key={`${reason} ${status}`}>
                <th scope="row">
                  <code>{reason}</code>
                </th>
                <td>{status.toLowerCase()}</td>
                <td className="number">{count(letters)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

/** Whether every event that was accepted arrives, and how soon. */
export function Pipeline({ game }: PageProps) {
  const to = dayIn(game.timeZone, Date.now());
  const from = dayIn(game.timeZone, Date.now(), 1 - LETTER_DAYS);
  const loaded = useQuery(pipelineQuery, { gameId: game.id, from, to, minutes: MINUTES_SHOWN }, REFRESH_MILLIS);
  if (loaded.state === 'loading') return <Loading what="the pipeline" />;
  if (loaded.state === 'failed') return <Failed message={loaded.message} retry={loaded.retry} />;
  const answer = loaded.data.game;
  if (!answer) return <p className="none">This game is gone.</p>;
  const { minutes } = answer.pipeline;
  return (
    <div className="grid">
      {loaded.stale && <Stale message={loaded.stale} />}
      <Health pipeline={answer.pipeline} />
      <Stored minutes={minutes} timeZone={game.timeZone} />
      <Concurrent concurrent={answer.concurrent} timeZone={game.timeZone} />
      <Fates minutes={minutes} />
      <Types types={answer.typeRates.types} />
      <Letters reasons={answer.deadLetterCounts.reasons} />
    </div>
  );
}

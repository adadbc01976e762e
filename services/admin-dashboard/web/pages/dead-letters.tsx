import { useCallback, useState } from 'react';
import { deadLettersSubscription } from '../api/lists.ts';
import { askRest, useRest } from '../api/rest.ts';
import { useLive } from '../api/use.ts';
import { Panel } from '../components/panel.tsx';
import { Failed, Loading } from '../components/states.tsx';
import { moment } from '../format.ts';
import { usePlace } from '../place.ts';
import { hashOf } from '../places.ts';
import type { PageProps } from '../routes.ts';

interface Letter {
  readonly dead_letter_id: string;
  readonly status: 'open' | 'replayed' | 'discarded';
  readonly reason: string;
  readonly detail: string;
  readonly service: string;
  readonly event_type?: string;
  readonly failed_at: string;
  readonly replays: number;
}

interface Detail extends Letter {
  readonly path?: string;
  readonly event_id?: string;
  readonly original: string;
  readonly original_text?: string;
  readonly original_bytes: number;
  readonly truncated: boolean;
}

interface Page {
  readonly dead_letters: readonly Letter[];
  readonly next_cursor?: string;
}

const STATUSES = ['open', 'replayed', 'discarded'] as const;
type Status = (typeof STATUSES)[number];
const PAGE = 50;

function readable({ original_text: text, original }: Detail): string {
  if (text === undefined) return original;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

type Doing =
  | { readonly state: 'idle' }
  | { readonly state: 'busy' }
  | { readonly state: 'done'; readonly message: string }
  | { readonly state: 'failed'; readonly message: string };

function Replay({ letter, onDone }: { readonly letter: Detail; readonly onDone: () => void }) {
  const [doing, setDoing] = useState<Doing>({ state: 'idle' });
  const replay = (): void => {
    setDoing({ state: 'busy' });
    askRest<{ replayed_now: boolean }>(`/dead-letters/${letter.dead_letter_id}/replay`, 'POST').then(
      ({ replayed_now: now }) => {
        setDoing({ state: 'done', message: now ? 'Sent through the platform again.' : 'It had been replayed before.' });
        onDone();
      },
      (error: Error) => setDoing({ state: 'failed', message: error.message }),
    );
  };
  return (
    <div className="doing">
      <button
        type="button"
        className="primary"
        disabled={doing.state === 'busy' || letter.status !== 'open'}
        onClick={replay}
      >
        {letter.status === 'replayed' ? 'Replayed' : 'Replay'}
      </button>
      <p role="status">{doing.state === 'done' ? doing.message : ''}</p>
      {doing.state === 'failed' && <p role="alert">{doing.message}</p>}
    </div>
  );
}

function OneLetter({
  id,
  timeZone,
  operates,
  onDone,
}: {
  readonly id: string;
  readonly timeZone: string;
  readonly operates: boolean;
  readonly onDone: () => void;
}) {
  const loaded = useRest<Detail>(`/dead-letters/${encodeURIComponent(id)}`);
  if (loaded.state === 'loading') return <Loading what="the letter" />;
  if (loaded.state === 'failed') return <Failed message={loaded.message} retry={loaded.retry} />;
  const letter = loaded.data;
  const done = (): void => {
    loaded.reload();
    onDone();
  };
  return (
    <>
      <dl className="facts">
        <dt>Reason</dt>
        <dd>
          <code>{letter.reason}</code>
        </dd>
        <dt>Detail</dt>
        <dd>{letter.detail}</dd>
        {letter.path && (
          <>
            <dt>Where</dt>
            <dd>
              <code>{letter.path}</code>
            </dd>
          </>
        )}
        <dt>Put aside</dt>
        <dd>
          {moment(letter.failed_at, timeZone)} by {letter.service}
        </dd>
        <dt>Event</dt>
        <dd>{[letter.event_type, letter.event_id].filter(Boolean).join(' · ') || 'not known'}</dd>
        <dt>Status</dt>
        <dd data-testid="letter-status">{letter.status}</dd>
      </dl>
      {operates && <Replay letter={letter} onDone={done} />}
      <h3>Original{letter.truncated ? `, cut from ${letter.original_bytes} bytes` : ''}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <pre className="original" tabIndex={0}>
        {readable(letter)}
      </pre>
    </>
  );
}

function LetterTable({
  letters,
  timeZone,
  current,
}: {
  readonly letters: readonly Letter[];
  readonly timeZone: string;
  readonly current: string;
}) {
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Put aside</th>
            <th scope="col">Reason</th>
            <th scope="col">Event type</th>
          </tr>
        </thead>
        <tbody>
          {letters.map(({ dead_letter_id: id, failed_at: at, reason, event_type: type }) => (
            <tr key={id} aria-current={id === current ? 'true' : undefined}>
              <td className="moment">
                <a href={hashOf('dead-letters', id)}>{moment(at, timeZone)}</a>
              </td>
              <td>
                <code>{reason}</code>
              </td>
              <td>{type ? <code>{type}</code> : <span className="quiet">not known</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface BarProps {
  readonly status: Status;
  readonly onStatus: (status: Status) => void;
  /** Letters that came since the list was asked for. */
  readonly arrived: number;
  readonly onShow: () => void;
}

function Bar({ status, onStatus, arrived, onShow }: BarProps) {
  return (
    <div className="bar">
      <label className="choice">
        <span className="caption">Status</span>
        <select
          value={status}
          onChange={(event) => onStatus(STATUSES.find((one) => one === event.target.value) ?? 'open')}
        >
          {STATUSES.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <div role="status">
        {arrived > 0 && (
          <button type="button" onClick={onShow}>
            {arrived} arrived, show
          </button>
        )}
      </div>
    </div>
  );
}

/** Events that were refused or could not be processed, and the way back for them. */
export function DeadLetters({ game, operates }: PageProps) {
  const { detail: id } = usePlace();
  const [status, setStatus] = useState<Status>('open');
  const [arrived, setArrived] = useState(0);
  const query = new URLSearchParams({ game_id: game.id, status, limit: String(PAGE) });
  const loaded = useRest<Page>(`/dead-letters?${query}`);
  const onArrival = useCallback(
    ({ deadLetters }: { deadLetters: readonly unknown[] }) => setArrived((before) => before + deadLetters.length),
    [],
  );
  useLive(deadLettersSubscription, { gameId: game.id }, onArrival);
  const refresh = (): void => {
    setArrived(0);
    loaded.reload();
  };
  const letters = loaded.state === 'ready' ? loaded.data.dead_letters : [];
  return (
    <div className="grid">
      <Panel
        title="Dead letters"
        note="events that could not be stored, the newest first"
        size={id === '' ? 'whole' : 'half'}
      >
        <Bar status={status} onStatus={setStatus} arrived={arrived} onShow={refresh} />
        {loaded.state === 'loading' && <Loading what="dead letters" />}
        {loaded.state === 'failed' && <Failed message={loaded.message} retry={loaded.retry} />}
        {loaded.state === 'ready' && letters.length === 0 && (
          <p className="none">
            No {status} dead letter in {game.name}.
          </p>
        )}
        {letters.length > 0 && <LetterTable letters={letters} timeZone={game.timeZone} current={id} />}
        {loaded.state === 'ready' && loaded.data.next_cursor && (
          <p className="quiet">Only the newest {PAGE} are shown.</p>
        )}
      </Panel>
      {id !== '' && (
        <Panel title="One letter" size="half">
          <OneLetter key={id} id={id} timeZone={game.timeZone} operates={operates} onDone={refresh} />
        </Panel>
      )}
    </div>
  );
}

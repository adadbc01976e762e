import { type FormEvent, useState } from 'react';
import { typesQuery } from '../api/documents.ts';
import { type EventFilter, eventsQuery } from '../api/lists.ts';
import { useQuery } from '../api/use.ts';
import { EventTable, Pager } from '../components/event-table.tsx';
import { Panel } from '../components/panel.tsx';
import { Failed, Loading, Stale } from '../components/states.tsx';
import { age, dayIn } from '../format.ts';
import type { PageProps } from '../routes.ts';

const DAYS_SHOWN = 14;
const PLATFORMS = ['ios', 'android', 'windows', 'macos', 'linux', 'web'] as const;

interface FilterFormProps {
  readonly types: readonly string[];
  readonly onFilter: (filter: EventFilter) => void;
}

function FilterForm({ types, onFilter }: FilterFormProps) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = (name: string): string => String(form.get(name) ?? '').trim();
    const type = given('type');
    const rest = Object.entries({ playerId: given('player'), platform: given('platform'), country: given('country') });
    onFilter({ ...Object.fromEntries(rest.filter(([, value]) => value !== '')), ...(type ? { types: [type] } : {}) });
  };
  return (
    <form className="filters" onSubmit={submit}>
      <label>
        <span className="caption">Type</span>
        <select name="type">
          <option value="">any</option>
          {types.map((type) => (
            <option key={type}>{type}</option>
          ))}
        </select>
      </label>
      <label>
        <span className="caption">Player</span>
        <input name="player" autoComplete="off" />
      </label>
      <label>
        <span className="caption">Platform</span>
        <select name="platform">
          <option value="">any</option>
          {PLATFORMS.map((platform) => (
            <option key={platform}>{platform}</option>
          ))}
        </select>
      </label>
      <label>
        <span className="caption">Country</span>
        <input name="country" maxLength={2} size={4} autoComplete="off" />
      </label>
      <button type="submit" className="primary">
        Show
      </button>
    </form>
  );
}

/** Single events, by what they are and whose. */
export function Events({ game }: PageProps) {
  const to = dayIn(game.timeZone, Date.now());
  const from = dayIn(game.timeZone, Date.now(), 1 - DAYS_SHOWN);
  const [filter, setFilter] = useState<EventFilter>({});
  const [pages, setPages] = useState<readonly (string | null)[]>([]);
  const [after, setAfter] = useState<string | null>(null);
  const loaded = useQuery(eventsQuery, { gameId: game.id, from, to, filter, after });
  const types = useQuery(typesQuery, { gameId: game.id, from, to });
  const known = types.state === 'ready' ? (types.data.game?.eventTypes.map(({ type }) => type) ?? []) : [];
  const show = (next: EventFilter): void => {
    setFilter(next);
    setPages([]);
    setAfter(null);
  };
  const page = loaded.state === 'ready' ? loaded.data.game?.events : undefined;
  const move = (before: readonly (string | null)[]): void => {
    setAfter(before.length > pages.length ? (page?.pageInfo.endCursor ?? null) : (pages.at(-1) ?? null));
    setPages(before);
  };
  const fresh = page?.dataAsOf ? `complete up to ${age(page.dataAsOf, Date.now())} ago` : '';
  return (
    <Panel title="Events" note={`last ${DAYS_SHOWN} days, the newest first ${fresh && `· ${fresh}`}`}>
      <FilterForm types={known} onFilter={show} />
      {loaded.state === 'loading' && <Loading what="events" />}
      {loaded.state === 'failed' && <Failed message={loaded.message} retry={loaded.retry} />}
      {loaded.state === 'ready' && loaded.stale && <Stale message={loaded.stale} />}
      {page?.edges.length === 0 && <p className="none">No event fits.</p>}
      {page && page.edges.length > 0 && (
        <>
          <EventTable events={page.edges.map(({ node }) => node)} timeZone={game.timeZone} withPlayer={true} />
          <Pager
            before={pages}
            next={page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null}
            current={after}
            onMove={move}
          />
        </>
      )}
    </Panel>
  );
}

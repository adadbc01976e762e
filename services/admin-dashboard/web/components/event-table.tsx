import type { StoredEvent } from '../api/lists.ts';
import { moment } from '../format.ts';
import { hashOf } from '../places.ts';

interface EventTableProps {
  readonly events: readonly StoredEvent[];
  readonly timeZone: string;
  /** A player's own timeline needs no column for the player. */
  readonly withPlayer: boolean;
}

/** Indented where it is JSON, which is all that the store holds. */
function readable(properties: string): string {
  try {
    return JSON.stringify(JSON.parse(properties), null, 2);
  } catch {
    return properties;
  }
}

export function EventTable({ events, timeZone, withPlayer }: EventTableProps) {
  return (
    <div className="scroll">
      <table className="events">
        <thead>
          <tr>
            <th scope="col">At</th>
            <th scope="col">Type</th>
            {withPlayer && <th scope="col">Player</th>}
            <th scope="col">Device</th>
            <th scope="col">Properties</th>
          </tr>
        </thead>
        <tbody>
          {events.map(({ id, at, type, playerId, platform, country, appVersion, properties }) => (
            <tr key={id}>
              <td className="moment">{moment(at, timeZone)}</td>
              <td>
                <code>{type}</code>
              </td>
              {withPlayer && (
                <td>
                  <a href={hashOf('players', playerId)}>{playerId}</a>
                </td>
              )}
              <td className="quiet">{[platform, country, appVersion].filter(Boolean).join(' · ') || '–'}</td>
              <td>
                {properties === '{}' ? (
                  <span className="quiet">none</span>
                ) : (
                  <details>
                    <summary>
                      <code>{properties}</code>
                    </summary>
                    <pre>{readable(properties)}</pre>
                  </details>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface PagerProps {
  /** Cursors of the pages before this one. */
  readonly before: readonly (string | null)[];
  readonly next: string | null;
  readonly onMove: (before: readonly (string | null)[]) => void;
  readonly current: string | null;
}

export function Pager({ before, next, onMove, current }: PagerProps) {
  return (
    <div className="pager">
      <button type="button" disabled={before.length === 0} onClick={() => onMove(before.slice(0, -1))}>
        Newer
      </button>
      <span className="quiet">page {before.length + 1}</span>
      <button type="button" disabled={next === null} onClick={() => onMove([...before, current])}>
        Older
      </button>
    </div>
  );
}

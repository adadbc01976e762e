import type { Game } from '../api/documents.ts';
import type { Session } from '../api/session.ts';
import { useConnection } from '../api/use.ts';
import { Account } from './account.tsx';

const connectionTexts = { idle: '', connecting: 'connecting', live: 'live', away: 'reconnecting' } as const;

interface HeaderProps {
  readonly games: readonly Game[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
  readonly session: Session;
}

export function Header({ games, chosen, onChoose, session }: HeaderProps) {
  const connection = useConnection();
  return (
    <header className="header">
      <div className="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" />
          <path d="M6 20h4l3-10 5 14 4-9h4" />
        </svg>
        <h1>GameMetrics</h1>
      </div>
      {games.length > 0 && (
        <label className="chooser">
          <span>Game</span>
          <select value={chosen ?? ''} onChange={(event) => onChoose(event.target.value)}>
            {games.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <p className="connection" data-connection={connection} role="status">
        {connectionTexts[connection]}
      </p>
      {session.state === 'signed-in' && <Account session={session} />}
    </header>
  );
}

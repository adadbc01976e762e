import type { Day, Game, Money } from '../api/documents.ts';
import { Panel } from '../components/panel.tsx';
import { Tile } from '../components/tile.tsx';
import { change, count, duration, money, percent } from '../format.ts';

/** Currencies stand side by side; they are never added up. */
function Amounts({ of }: { readonly of: readonly Money[] }) {
  if (of.length === 0) return '–';
  return (
    <span className="amounts">
      {of.map((amount) => (
        <span key={amount.currency}>{money(amount)}</span>
      ))}
    </span>
  );
}

interface TodayProps {
  readonly game: Game;
  readonly day: Day;
  readonly yesterday: Day | undefined;
}

/** The KPIs of the game's current day. */
export function Today({ game, day, yesterday }: TodayProps) {
  return (
    <Panel title="Today" note={`${day.date}, ${game.timeZone}`} wide>
      <dl className="tiles">
        <Tile
          label="Active players"
          value={<span data-testid="active-players">{count(day.activePlayers)}</span>}
          change={change(day.activePlayers, yesterday?.activePlayers)}
          detail={`${count(day.weeklyActivePlayers)} a week · ${count(day.monthlyActivePlayers)} a month`}
        />
        <Tile
          label="New players"
          value={count(day.newPlayers)}
          change={change(day.newPlayers, yesterday?.newPlayers)}
        />
        <Tile
          label="Sessions"
          value={count(day.sessions)}
          change={change(day.sessions, yesterday?.sessions)}
          detail={`${duration(day.averageSessionSeconds)} on average`}
        />
        <Tile label="Revenue" value={<Amounts of={day.revenue} />} detail="refunds subtracted" />
        <Tile label="Payers" value={count(day.payers)} detail={`${percent(day.conversion)} of active players`} />
        <Tile label="Revenue by active player" value={<Amounts of={day.arpdau} />} />
        <Tile
          label="Events"
          value={<span data-testid="events-today">{count(day.events)}</span>}
          change={change(day.events, yesterday?.events)}
        />
      </dl>
    </Panel>
  );
}

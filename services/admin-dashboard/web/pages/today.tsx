import type { Day, Game, Money } from '../api/documents.ts';
import { Panel } from '../components/panel.tsx';
import { Tile } from '../components/tile.tsx';
import { count, dayName, duration, money, percent } from '../format.ts';

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

/** The KPIs of the game's current day. It is not over, so yesterday stands beside it instead of a change. */
export function Today({ game, day, yesterday }: TodayProps) {
  const before = (figure: (of: Day) => number): string | undefined =>
    yesterday && `${count(figure(yesterday))} yesterday`;
  return (
    <Panel title="Today" note={`${dayName(day.date)}, a day of ${game.timeZone}`}>
      <dl className="tiles">
        <Tile
          label="Active players"
          value={<span data-testid="active-players">{count(day.activePlayers)}</span>}
          detail={before(({ activePlayers }) => activePlayers)}
        />
        <Tile label="New players" value={count(day.newPlayers)} detail={before(({ newPlayers }) => newPlayers)} />
        <Tile
          label="Active in 7 days"
          value={count(day.weeklyActivePlayers)}
          detail={`${count(day.monthlyActivePlayers)} in 30 days`}
        />
        <Tile
          label="Events"
          value={<span data-testid="events-today">{count(day.events)}</span>}
          detail={before(({ events }) => events)}
        />
        <Tile
          label="Sessions"
          value={count(day.sessions)}
          detail={day.averageSessionSeconds === null ? undefined : `${duration(day.averageSessionSeconds)} on average`}
        />
        <Tile label="Revenue" value={<Amounts of={day.revenue} />} detail="refunds taken off" />
        <Tile label="Revenue per active player" value={<Amounts of={day.arpdau} />} detail="ARPDAU" />
        <Tile
          label="Payers"
          value={count(day.payers)}
          detail={day.conversion === null ? undefined : `${percent(day.conversion)} of active players`}
        />
      </dl>
    </Panel>
  );
}
